#include "sysfs.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <cstdlib>

namespace ovskit {

Failure SysfsDevice::Open(const std::string& root, const std::string& device) {
  device_ = device;
  directory_ = Fd(open((root + "/sys/class/net/" + device).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (directory_) return {};
  if (errno == ENOENT || errno == ENOTDIR) errno = ENODEV;
  return Failed("open(/sys/class/net)", device);
}

bool SysfsDevice::OpenReal(const std::string& device, int index) {
  return !Open("", device) && ReadNumber("ifindex") == index;
}

std::optional<std::string> SysfsDevice::Read(const char* attribute) const {
  Fd file(openat(directory_.get(), attribute, O_RDONLY | O_CLOEXEC));
  char text[256];
  ssize_t size = file ? read(file.get(), text, sizeof(text)) : -1;
  if (size < 0) return std::nullopt;
  while (size > 0 && text[size - 1] == '\n') --size;
  return std::string(text, size);
}

std::optional<long> SysfsDevice::ReadNumber(const char* attribute) const {
  std::optional<std::string> text = Read(attribute);
  if (!text) return std::nullopt;
  char* end = nullptr;
  errno = 0;
  long number = strtol(text->c_str(), &end, 0);
  if (errno != 0 || end == text->c_str() || *end != '\0') return std::nullopt;
  return number;
}

Failure SysfsDevice::ReadDriver(std::optional<std::string>& driver) const {
  char target[PATH_MAX];
  ssize_t size = readlinkat(directory_.get(), "device/driver", target, sizeof(target));
  if (size < 0) return errno == ENOENT || errno == ENOTDIR ? Failure{} : Failed("readlink(device/driver)", device_);
  std::string path(target, size);
  driver = path.substr(path.find_last_of('/') + 1);
  return {};
}

}  // namespace ovskit

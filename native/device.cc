#include "device.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace ovskit {

Failure IoctlSocket::Open() {
  if (fd_) return {};
  fd_ = Fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return fd_ ? Failure{} : Failed("socket(AF_INET)");
}

bool IsDeviceName(const std::string& name) {
  if (name.empty() || name.size() >= IFNAMSIZ || name == "." || name == "..") return false;
  for (unsigned char byte : name) {
    if (byte == '/' || byte == ':' || byte == '%' || byte == 0x7f || byte <= ' ') return false;
  }
  return true;
}

Failure DeviceIoctl(int socket, unsigned long number, const char* call, const std::string& device, ifreq& request) {
  memset(request.ifr_name, 0, IFNAMSIZ);
  memcpy(request.ifr_name, device.data(), std::min<size_t>(device.size(), IFNAMSIZ - 1));
  return ioctl(socket, number, &request) == 0 ? Failure{} : Failed(call, device);
}

/**
 * By binding a fresh socket to the device. SIOCGIFINDEX would do, but for a name that is not there it has the kernel run
 * modprobe (dev_load() in net/core/dev_ioctl.c), milliseconds in which this thread stands still.
 */
Failure IndexOf(const std::string& device, int& index) {
  Fd probe(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!probe) return Failed("socket(AF_UNIX)", device);
  if (setsockopt(probe.get(), SOL_SOCKET, SO_BINDTODEVICE, device.c_str(), device.size()) == 0) {
    socklen_t size = sizeof(index);
    if (getsockopt(probe.get(), SOL_SOCKET, SO_BINDTOIFINDEX, &index, &size) == 0) return {};
  } else if (errno == ENODEV) {
    return Failed("setsockopt(SO_BINDTODEVICE)", device);
  }
  // A kernel before 5.7 wants CAP_NET_RAW to bind; it loads no module for someone without capabilities.
  return IndexOfPresent(probe.get(), device, index);
}

Failure IndexOfPresent(int socket, const std::string& device, int& index) {
  ifreq request{};
  Failure failure = DeviceIoctl(socket, OVSKIT_IOCTL(SIOCGIFINDEX), device, request);
  index = request.ifr_ifindex;
  return failure;
}

Failure ListDevices(std::vector<std::string>& names) {
  struct if_nameindex* list = if_nameindex();
  if (list == nullptr) return Failed("if_nameindex");
  for (struct if_nameindex* entry = list; entry->if_index != 0; ++entry) names.emplace_back(entry->if_name);
  if_freenameindex(list);
  return {};
}

}  // namespace ovskit

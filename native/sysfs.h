#pragma once

#include <optional>
#include <string>

#include "error.h"
#include "fd.h"

namespace ovskit {

/** A device's directory in sysfs, held open, so that every read is of the same device. */
class SysfsDevice {
 public:
  /** `root` is a prefix of `/sys`, empty for the real one. Fails with ENODEV when the directory is not there. */
  Failure Open(const std::string& root, const std::string& device);

  /** Opens the real one if it is the device of this index: /sys may show another namespace than this thread is in. */
  bool OpenReal(const std::string& device, int index);

  /** An attribute without its newline; nothing when it can't be read. */
  std::optional<std::string> Read(const char* attribute) const;

  /** An attribute that is a number, decimal or by its prefix hexadecimal. */
  std::optional<long> ReadNumber(const char* attribute) const;

  /** The basename of the link `device/driver`; nothing when there is none, as for every virtual device. */
  Failure ReadDriver(std::optional<std::string>& driver) const;

 private:
  Fd directory_;
  std::string device_;
};

}  // namespace ovskit

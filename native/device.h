#pragma once

#include <net/if.h>

#include <string>
#include <vector>

#include "error.h"
#include "fd.h"

namespace ovskit {

/** The socket that device ioctls go through. It belongs to the network namespace of the thread that opens it. */
class IoctlSocket {
 public:
  /** Opens it when it isn't. */
  Failure Open();
  void Close() { fd_.Close(); }
  int get() const { return fd_.get(); }

 private:
  Fd fd_;
};

/** Whether the name may go into a path and an `ifreq`: the kernel's own rule, and no `%` or `:`, which it expands. */
bool IsDeviceName(const std::string& name);

/** The ioctl on the device. `request` has its arguments, and then the answer. `call` is for the failure. */
Failure DeviceIoctl(int socket, unsigned long number, const char* call, const std::string& device, ifreq& request);

/** The index of the device in this thread's namespace; fails with ENODEV when there is none. */
Failure IndexOf(const std::string& device, int& index);

/** The same for a device that is expected to be there: a third of the time, but a modprobe when it is not. */
Failure IndexOfPresent(int socket, const std::string& device, int& index);

/** The names of all devices in this thread's namespace. */
Failure ListDevices(std::vector<std::string>& names);

}  // namespace ovskit

// For DeviceIoctl: the number and its name.
#define OVSKIT_IOCTL(name) name, "ioctl(" #name ")"

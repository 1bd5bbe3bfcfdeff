#include "vlan_workaround.h"

#include <linux/if_vlan.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cstring>

#include "device.h"

namespace ovskit {

Failure SetVlanWorkaround(int socket, const std::string& device, bool on, bool& done) {
  int index = 0;
  if (Failure failure = IndexOf(device, index)) return failure;
  vlan_ioctl_args request{};
  request.cmd = on ? 10 : 11;
  memcpy(request.device1, device.data(), std::min(device.size(), sizeof(request.device1) - 1));
  done = ioctl(socket, SIOCSIFVLAN, &request) == 0;
  // ENOPKG: without the module 8021q there is nobody to ask.
  if (done || errno == EINVAL || errno == EOPNOTSUPP || errno == ENOPKG) return {};
  return Failed("ioctl(SIOCSIFVLAN)", device);
}

}  // namespace ovskit

#include "link.h"

#include <net/if_arp.h>
#include <sys/ioctl.h>

#include <algorithm>

#include "device.h"
#include "ethtool.h"
#include "sysfs.h"

namespace ovskit {
namespace {

/** SIOCGIFFLAGS has no room for IFF_LOWER_UP. Where sysfs can't tell, IFF_RUNNING is next to it. */
bool ReadCarrier(const std::string& device, const Link& link) {
  if ((link.flags & IFF_UP) == 0) return false;
  SysfsDevice sysfs;
  if (!sysfs.OpenReal(device, link.index)) return (link.flags & IFF_RUNNING) != 0;
  return sysfs.ReadNumber("carrier") == 1;
}

bool HasMac(unsigned short type) { return type == ARPHRD_ETHER || type == ARPHRD_LOOPBACK; }

}  // namespace

Failure ReadLink(int socket, const std::string& device, Link& link) {
  if (Failure failure = IndexOfPresent(socket, device, link.index)) return failure;
  ifreq request{};
  if (Failure failure = DeviceIoctl(socket, OVSKIT_IOCTL(SIOCGIFFLAGS), device, request)) return failure;
  link.flags = static_cast<uint16_t>(request.ifr_flags);
  if (Failure failure = DeviceIoctl(socket, OVSKIT_IOCTL(SIOCGIFMTU), device, request)) return failure;
  link.mtu = request.ifr_mtu;
  if (Failure failure = DeviceIoctl(socket, OVSKIT_IOCTL(SIOCGIFHWADDR), device, request)) return failure;
  if (HasMac(request.ifr_hwaddr.sa_family)) {
    link.mac.emplace();
    std::copy_n(request.ifr_hwaddr.sa_data, link.mac->size(), link.mac->begin());
  }
  link.carrier = ReadCarrier(device, link);
  return ReadLinkDetected(socket, device, link.detected);
}

Failure SetUp(int socket, const std::string& device, bool up) {
  ifreq request{};
  if (Failure failure = DeviceIoctl(socket, OVSKIT_IOCTL(SIOCGIFFLAGS), device, request)) return failure;
  const int flags = up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP;
  request.ifr_flags = static_cast<short>(flags);
  return DeviceIoctl(socket, OVSKIT_IOCTL(SIOCSIFFLAGS), device, request);
}

Failure SetMtu(int socket, const std::string& device, int mtu) {
  ifreq request{};
  request.ifr_mtu = mtu;
  return DeviceIoctl(socket, OVSKIT_IOCTL(SIOCSIFMTU), device, request);
}

Failure SetMac(int socket, const std::string& device, const Mac& mac) {
  ifreq request{};
  // The kernel wants to be told the device's own type.
  if (Failure failure = DeviceIoctl(socket, OVSKIT_IOCTL(SIOCGIFHWADDR), device, request)) return failure;
  if (!HasMac(request.ifr_hwaddr.sa_family)) return {EOPNOTSUPP, "ioctl(SIOCSIFHWADDR)", device, {}};
  std::copy(mac.begin(), mac.end(), request.ifr_hwaddr.sa_data);
  return DeviceIoctl(socket, OVSKIT_IOCTL(SIOCSIFHWADDR), device, request);
}

}  // namespace ovskit

#include "tap.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include "device.h"
#include "ethtool.h"
#include "rtnetlink.h"
#include "sysfs.h"

namespace ovskit {
namespace {

/** How often to look again when a device comes or goes between two looks at it. */
constexpr int kAttempts = 5;

/** A device that exists, as a tap is judged by. */
struct Found {
  int index = 0;
  /** The driver, or `tun` or `tap`. */
  std::string kind;
  /** IFF_* of linux/if_tun.h; nothing when sysfs shows another namespace. */
  std::optional<long> flags;
  std::optional<long> owner;
  std::optional<long> group;

  bool IsTap() const { return kind == "tap"; }
  bool Has(long flag) const { return flags && (*flags & flag) != 0; }
};

Failure Find(int socket, const std::string& device, Found& found) {
  found = {};
  if (Failure failure = IndexOf(device, found.index)) return failure;
  std::optional<DriverInfo> info;
  if (Failure failure = ReadDriverInfo(socket, device, info)) return failure;
  if (!info) {
    found.kind = "of another kind";
    return {};
  }
  // The tun driver is told by its name, and its mode by the bus (tun_get_drvinfo() in drivers/net/tun.c).
  found.kind = info->driver == "tun" ? info->bus : info->driver;
  SysfsDevice sysfs;
  if (found.IsTap() && sysfs.OpenReal(device, found.index)) {
    found.flags = sysfs.ReadNumber("tun_flags");
    found.owner = sysfs.ReadNumber("owner");
    found.group = sysfs.ReadNumber("group");
  }
  return {};
}

/** Opens the tap; makes one that ends with the descriptor when there is none. */
Failure Attach(const std::string& device, int flags, Fd& tun) {
  tun = Fd(open("/dev/net/tun", O_RDWR | O_CLOEXEC));
  if (!tun) return Failed("open(/dev/net/tun)", device);
  ifreq request{};
  request.ifr_flags = static_cast<short>(IFF_TAP | IFF_NO_PI | flags);
  return DeviceIoctl(tun.get(), OVSKIT_IOCTL(TUNSETIFF), device, request);
}

Failure Set(const Fd& tun, unsigned long number, const char* call, const std::string& device, unsigned long value) {
  if (ioctl(tun.get(), number, value) == 0) return {};
  // Somebody deleted the tap over rtnetlink, open as it is.
  if (errno == EBADFD) errno = ENODEV;
  return Failed(call, device);
}

Failure Configure(int socket, const std::string& device, const TapOptions& options) {
  if (options.mac) {
    if (Failure failure = SetMac(socket, device, *options.mac)) return failure;
  }
  if (options.mtu) {
    if (Failure failure = SetMtu(socket, device, *options.mtu)) return failure;
  }
  if (!options.changes.empty()) {
    RtnetlinkSocket rtnetlink;
    if (Failure failure = rtnetlink.Change(options.changes, device)) return failure;
  }
  return options.up ? SetUp(socket, device, true) : Failure{};
}

/**
 * With the carrier that it has while it is open, the kernel would give it addresses and routes of IPv6 as soon as it is up. Who
 * watches links, as ovs-vswitchd does, takes each of them in: five times the time of a plug at 2,000 ports. Whoever opens the tap
 * gives the carrier back. Linux before 5.0 knows no such thing.
 */
void TakeCarrier(const Fd& tun) {
  int carrier = 0;
  ioctl(tun.get(), TUNSETCARRIER, &carrier);
}

/** It is made persistent last: until then a failure, or the end of the process, takes it away again. */
Failure Make(int socket, const std::string& device, const TapOptions& options, bool& exists) {
  const int flags = (options.multi_queue ? IFF_MULTI_QUEUE : 0) | (options.vnet_header ? IFF_VNET_HDR : 0);
  Fd tun;
  if (Failure failure = Attach(device, flags | IFF_TUN_EXCL, tun)) {
    exists = tun && failure.number == EBUSY;
    return failure;
  }
  TakeCarrier(tun);
  if (options.owner) {
    if (Failure failure = Set(tun, OVSKIT_IOCTL(TUNSETOWNER), device, *options.owner)) return failure;
  }
  if (options.group) {
    if (Failure failure = Set(tun, OVSKIT_IOCTL(TUNSETGROUP), device, *options.group)) return failure;
  }
  if (Failure failure = Configure(socket, device, options)) return failure;
  return Set(tun, OVSKIT_IOCTL(TUNSETPERSIST), device, 1);
}

/** What makes the device that is there another one than was asked for; empty when nothing does. */
std::string Mismatch(const Found& found, const TapOptions& options) {
  if (!found.IsTap()) return found.kind;
  if (!found.flags) return {};
  if (found.Has(IFF_MULTI_QUEUE) != options.multi_queue) {
    return options.multi_queue ? "single-queue tap" : "multi-queue tap";
  }
  if (!found.Has(IFF_PERSIST)) return "tap that is not persistent";
  if (options.owner && found.owner && *found.owner != static_cast<long>(*options.owner)) {
    return *found.owner == -1 ? "tap without an owner" : "tap of user " + std::to_string(*found.owner);
  }
  if (options.group && found.group && *found.group != static_cast<long>(*options.group)) {
    return *found.group == -1 ? "tap without a group" : "tap of group " + std::to_string(*found.group);
  }
  return {};
}

/** Gives up the persistence of a tap that has this index, and with it the tap. */
Failure Delete(const std::string& device, const Found& found) {
  int queues = found.Has(IFF_MULTI_QUEUE) ? IFF_MULTI_QUEUE : 0;
  Fd tun;
  Failure failure = Attach(device, queues, tun);
  if (failure.number == EINVAL && !found.flags) failure = Attach(device, queues = IFF_MULTI_QUEUE, tun);
  if (failure) return failure;
  int index = 0;
  if (Failure gone = IndexOf(device, index)) return gone;
  // Another tap of that name: made by the line above, or by someone else. Closing is right for both.
  if (index != found.index) return {EAGAIN, "ioctl(TUNSETIFF)", device, {}};
  if ((failure = Set(tun, OVSKIT_IOCTL(TUNSETPERSIST), device, 0))) return failure;
  tun.Close();
  if (queues == 0) return {};

  // Someone who holds another queue keeps a multi-queue tap alive: leave it to them as it was.
  if (IndexOf(device, index) || index != found.index) return {};
  if (Attach(device, queues, tun) || IndexOf(device, index) || index != found.index) return {};
  if ((failure = Set(tun, OVSKIT_IOCTL(TUNSETPERSIST), device, 1))) return failure;
  return {EBUSY, "ioctl(TUNSETPERSIST)", device, {}};
}

}  // namespace

Failure IsTap(int socket, const std::string& device, bool& is_tap) {
  Found found;
  Failure failure = Find(socket, device, found);
  is_tap = !failure && found.IsTap();
  return failure.number == ENODEV ? Failure{} : failure;
}

Failure CreateTap(int socket, const std::string& device, const TapOptions& options, bool& created) {
  Failure failure;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    bool exists = false;
    failure = Make(socket, device, options, exists);
    created = !failure;
    if (!exists) return failure;
    Found found;
    Failure gone = Find(socket, device, found);
    if (gone.number == ENODEV) continue;
    if (gone) return gone;
    std::string mismatch = Mismatch(found, options);
    if (!mismatch.empty()) return {EEXIST, failure.syscall, device, mismatch};
    if (!options.may_exist) return {EEXIST, failure.syscall, device, {}};
    failure = Configure(socket, device, options);
    if (failure.number != ENODEV) return failure;
  }
  // Each time there was one, and it went before it could be looked at.
  if (failure.number == EBUSY) failure.number = EEXIST;
  return failure;
}

Failure DeleteTap(int socket, const std::string& device) {
  Failure failure;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Found found;
    if (Failure missing = Find(socket, device, found)) return missing;
    if (!found.IsTap()) return {EINVAL, "ioctl(TUNSETIFF)", device, found.kind};
    if (found.flags && !found.Has(IFF_PERSIST)) return {EBUSY, "ioctl(TUNSETPERSIST)", device, {}};
    failure = Delete(device, found);
    if (failure.number != EAGAIN) return failure;
  }
  return failure;
}

}  // namespace ovskit

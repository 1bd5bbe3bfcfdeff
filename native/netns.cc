#include "netns.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "fd.h"

namespace ovskit {
namespace {

Failure BringLoopbackUp() {
  Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return Failed("socket(AF_INET)");
  ifreq request{};
  strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  if (ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0) return Failed("ioctl(SIOCSIFFLAGS)", "lo");
  return {};
}

/** A sysfs shows the network namespace of the thread that mounted it, so the new namespace takes a new mount. */
Failure FillNamespace() {
  // Nothing that is mounted from here on may show on the host; what the host mounts may still come in. In a chroot "/"
  // need not be a mount; /sys, on which the new sysfs comes to lie, is what matters.
  bool slave = mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) == 0 ||
               (errno == EINVAL && mount(nullptr, "/sys", nullptr, MS_REC | MS_SLAVE, nullptr) == 0);
  if (!slave) return Failed("mount(MS_SLAVE)");
  if (mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) return Failed("mount(sysfs)");
  return BringLoopbackUp();
}

}  // namespace

Failure EnterPrivateNetwork() {
  Fd network(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!network) return Failed("open(/proc/thread-self/ns/net)");
  Fd mounts(open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC));
  if (!mounts) return Failed("open(/proc/thread-self/ns/mnt)");
  Fd directory(open(".", O_PATH | O_CLOEXEC));
  if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0) return Failed("unshare(CLONE_NEWNET|CLONE_NEWNS)");
  Failure failure = FillNamespace();
  if (failure) {
    // Back to where the thread was; setns puts it at the root directory. Nothing is left to do should this fail too.
    bool back = setns(network.get(), CLONE_NEWNET) == 0 && setns(mounts.get(), CLONE_NEWNS) == 0;
    if (back && directory) back = fchdir(directory.get()) == 0;
  }
  return failure;
}

}  // namespace ovskit

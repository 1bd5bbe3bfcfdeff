#!/busybox sh
# The guest's init, first half: from the initramfs to a root that is the host's files, shared read-only over 9p below a
# tmpfs overlay. The kernel's command line names the run's folder (ovskit.work) and the modules (ovskit.modules).
b=/busybox
die() { echo "ovskit-vm: $*" >/dev/console; $b poweroff -f; }
$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs devtmpfs /dev
for m in /modules/*.ko; do $b insmod "$m" || die "insmod $m failed"; done

mount_9p() { $b mount -t 9p -o "trans=virtio,version=9p2000.L,msize=512000,$1" "$2" "$3" || die "no 9p share $2"; }
mount_9p ro,cache=loose root /host
$b mount -t tmpfs -o mode=755,size=75% tmpfs /overlay
$b mkdir /overlay/upper /overlay/work
$b mount -t overlay -o lowerdir=/host,upperdir=/overlay/upper,workdir=/overlay/work overlay /root || die 'no overlay'

for d in proc sys dev; do $b mount --move /$d /root/$d; done
$b mount -t tmpfs -o mode=755 tmpfs /root/run
$b mkdir -p /root/run/lock /root/dev/pts /root/dev/shm
$b mount -t devpts devpts /root/dev/pts
$b mount -t tmpfs -o mode=1777 tmpfs /root/dev/shm
$b mount -t debugfs debugfs /root/sys/kernel/debug
$b mount -t cgroup2 cgroup2 /root/sys/fs/cgroup

for word in $($b cat /root/proc/cmdline); do
  case $word in
    ovskit.work=*) work=${word#*=} ;;
    ovskit.modules=*) modules=${word#*=} ;;
  esac
done
$b mkdir -p /root/lib/modules
$b mount --bind "/host$modules" /root/lib/modules || die 'no modules'
$b cp -r "/host$work" /root/run/ovskit-vm || die 'no run folder'
i=0
while read -r dir; do
  mount_9p cache=mmap "rw$i" "/root$dir"
  i=$((i + 1))
done </root/run/ovskit-vm/writable
$b cp /busybox /root/run/ovskit-vm/busybox
exec $b switch_root /root /run/ovskit-vm/busybox sh /run/ovskit-vm/main

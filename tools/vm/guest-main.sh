# The guest's init, second half: modules, then the command. Ports of the virtio console: 1 standard output, 2 standard error,
# 3 how it goes, 4 QEMU's monitor (QMP).
run=/run/ovskit-vm
b=$run/busybox
PATH=$PATH:/usr/sbin:/sbin
cd /dev || exit
ln -s /proc/self/fd fd
for i in 0:in 1:out 2:err; do ln -s "fd/${i%:*}" "std${i#*:}"; done
port() { echo /dev/vport*p$1; }
ln -s "$(port 4)" ovskit-qmp
echo ovskit-vm >/proc/sys/kernel/hostname
$b ifconfig lo up

# QMP greets, and takes commands only after this one.
exec 4<>/dev/ovskit-qmp
read -r _ <&4
echo '{"execute":"qmp_capabilities"}' >&4
read -r _ <&4
exec 4>&-

while read -r path options; do
  $b insmod "/lib/modules/$($b uname -r)/$path" $options 2>/dev/console || {
    echo "failed to load $path $options" >"$(port 3)"
    $b poweroff -nf
  }
done <$run/modules

# ovs-vswitchd reckons from a monotonic clock that is past 10 s: started before, it gives itself no handler threads and loses
# every upcall. So the command lives in a time namespace where it is.
read -r uptime _ </proc/uptime
skew=$((11 - ${uptime%.*}))
[ $skew -gt 0 ] || skew=0
echo up >"$(port 3)"
cd /
# The shell in between turns a deadly signal into a status, which unshare(1) gets wrong; what it says of it is not for stderr.
/usr/bin/unshare --fork --time --monotonic $skew /bin/sh -c "(exec /bin/sh $run/command 2>&3 3>&-); exit \$?" \
  </dev/null >"$(port 1)" 3>"$(port 2)" 2>/dev/null
status=$?
$b sync
echo "exit $status" >"$(port 3)"
$b poweroff -nf

{
  "targets": [
    {
      "target_name": "ovskit",
      "conditions": [
        ["OS!='linux'", { "type": "none" }],
        ["OS=='linux'", {
          "sources": [
            "native/addon.cc",
            "native/arguments.cc",
            "native/bind_ethtool.cc",
            "native/bind_events.cc",
            "native/device.cc",
            "native/error.cc",
            "native/ethtool.cc",
            "native/ethtool_settings.cc",
            "native/events.cc",
            "native/link.cc",
            "native/netlink.cc",
            "native/netns.cc",
            "native/rtnetlink.cc",
            "native/sysfs.cc",
            "native/tap.cc",
            "native/vlan_workaround.cc",
            "native/writer.cc",
          ],
          "defines": [
            "NAPI_VERSION=8",
            "NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS",
            "NODE_ADDON_API_DISABLE_DEPRECATED",
            "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",
          ],
          "cflags": ["-Wall", "-Wextra", "-Werror", "-fvisibility=hidden", "-fno-exceptions"],
          "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
          "cflags_cc": ["-std=c++17"],
          # Its own C++ runtime, so that an older system's will do.
          "ldflags": ["-static-libstdc++", "-Wl,--exclude-libs,ALL", "-Wl,--gc-sections"],
          "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
        }],
      ],
    },
  ],
}

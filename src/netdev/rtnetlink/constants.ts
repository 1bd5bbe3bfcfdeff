/** Numbers of linux/netlink.h, linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h and linux/if.h, by their names there. */

export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_CAPPED = 0x100;
export const NLM_F_ACK_TLVS = 0x200;
export const NLM_F_EXCL = 0x200;
export const NLM_F_DUMP = 0x300;
export const NLM_F_CREATE = 0x400;

export const NLMSGERR_ATTR_MSG = 1;

export const NLA_F_NESTED = 0x8000;
/** Without the two flag bits, nested and network byte order. */
export const NLA_TYPE_MASK = 0x3fff;

export const RTM = {
  NEWLINK: 16,
  DELLINK: 17,
  GETLINK: 18,
  SETLINK: 19,
  NEWADDR: 20,
  DELADDR: 21,
  GETADDR: 22,
  NEWROUTE: 24,
  DELROUTE: 25,
  GETROUTE: 26,
} as const;

export const IFLA = {
  ADDRESS: 1,
  IFNAME: 3,
  MTU: 4,
  LINK: 5,
  MASTER: 10,
  TXQLEN: 13,
  OPERSTATE: 16,
  LINKINFO: 18,
  NET_NS_PID: 19,
  IFALIAS: 20,
  VFINFO_LIST: 22,
  GROUP: 27,
  NET_NS_FD: 28,
  EXT_MASK: 29,
  PROMISCUITY: 30,
  NUM_TX_QUEUES: 31,
  NUM_RX_QUEUES: 32,
  PHYS_SWITCH_ID: 36,
  LINK_NETNSID: 37,
  PHYS_PORT_NAME: 38,
  MIN_MTU: 50,
  MAX_MTU: 51,
  PROP_LIST: 52,
  ALT_IFNAME: 53,
  PERM_ADDRESS: 54,
  PARENT_DEV_NAME: 56,
} as const;

export const IFLA_INFO_KIND = 1;
export const IFLA_INFO_DATA = 2;
export const IFLA_INFO_SLAVE_KIND = 4;

export const IFLA_VF_INFO = 1;
export const IFLA_VF = {
  MAC: 1,
  VLAN: 2,
  SPOOFCHK: 4,
  LINK_STATE: 5,
  RATE: 6,
  TRUST: 9,
  VLAN_LIST: 12,
} as const;
export const IFLA_VF_VLAN_INFO = 1;

export const RTEXT_FILTER_VF = 1;
export const RTEXT_FILTER_SKIP_STATS = 8;

export const IFF_UP = 0x1;
export const IFF_NOARP = 0x80;
export const IFF_PROMISC = 0x100;
export const IFF_LOWER_UP = 0x1_0000;

export const IFA = {
  ADDRESS: 1,
  LOCAL: 2,
  LABEL: 3,
  BROADCAST: 4,
  CACHEINFO: 6,
  FLAGS: 8,
} as const;

export const RTA = {
  DST: 1,
  OIF: 4,
  GATEWAY: 5,
  PRIORITY: 6,
  PREFSRC: 7,
  METRICS: 8,
  MULTIPATH: 9,
  CACHEINFO: 12,
  TABLE: 15,
  VIA: 18,
  PREF: 20,
  NH_ID: 30,
} as const;
export const RTAX_MTU = 2;

export const RT_TABLE_MAIN = 254;
export const RTN_UNICAST = 1;
export const RTPROT_KERNEL = 2;
export const RTPROT_BOOT = 3;
export const RTPROT_RA = 9;
export const RTM_F_CLONED = 0x200;
export const RTNH_F_ONLINK = 4;

export const AF_UNSPEC = 0;
export const AF_INET = 2;
export const AF_INET6 = 10;

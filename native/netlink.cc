#include "netlink.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cstring>

namespace ovskit {
namespace {

/** A range of bytes that is never read past its end, and not as a struct, for which it may lie askew. */
class Bytes {
 public:
  Bytes(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  size_t size() const { return size_; }

  /** The first bytes as this type, zero where there are too few. */
  template <typename T>
  T As() const {
    T value{};
    if (size_ >= sizeof(T)) memcpy(&value, data_, sizeof(T));
    return value;
  }

  std::vector<uint8_t> Copy() const { return {data_, data_ + size_}; }

  /** Up to the first zero. */
  std::string Text() const {
    const char* text = reinterpret_cast<const char*>(data_);
    return size_ == 0 ? std::string() : std::string(text, strnlen(text, size_));
  }

  Bytes Skip(size_t count) const {
    const size_t skipped = count < size_ ? count : size_;
    return {data_ + skipped, size_ - skipped};
  }

  Bytes First(size_t count) const { return {data_, count < size_ ? count : size_}; }

 private:
  const uint8_t* data_;
  size_t size_;
};

/** Calls `visit(type, value)` for each attribute; false when a length can't be right. */
template <typename Visit>
bool EachAttribute(Bytes bytes, Visit visit) {
  while (bytes.size() >= sizeof(nlattr)) {
    const nlattr attribute = bytes.As<nlattr>();
    if (attribute.nla_len < sizeof(nlattr) || attribute.nla_len > bytes.size()) return false;
    visit(attribute.nla_type & NLA_TYPE_MASK, bytes.First(attribute.nla_len).Skip(NLA_HDRLEN));
    bytes = bytes.Skip(NLA_ALIGN(attribute.nla_len));
  }
  return true;
}

/** False for one that tells of no link as such. */
bool ParseLink(Bytes body, LinkMessage& link, bool& whole) {
  const ifinfomsg header = body.As<ifinfomsg>();
  // A bridge tells of its ports in messages that look the same; RTM_DELLINK then means that the port left the bridge.
  if (body.size() < sizeof(ifinfomsg) || header.ifi_family != AF_UNSPEC) return false;
  link.index = header.ifi_index;
  link.flags = header.ifi_flags;
  bool wireless = false;
  bool nested = true;
  whole = EachAttribute(body.Skip(NLMSG_ALIGN(sizeof(ifinfomsg))), [&](int type, Bytes value) {
    switch (type) {
      case IFLA_IFNAME: link.name = value.Text(); break;
      case IFLA_MTU: link.mtu = value.As<uint32_t>(); break;
      case IFLA_ADDRESS: link.mac = value.Copy(); break;
      case IFLA_OPERSTATE: link.operational_state = value.As<uint8_t>(); break;
      case IFLA_MASTER: link.master = value.As<uint32_t>(); break;
      case IFLA_LINK: link.parent = value.As<uint32_t>(); break;
      case IFLA_GROUP: link.group = value.As<uint32_t>(); break;
      case IFLA_TXQLEN: link.tx_queue_length = value.As<uint32_t>(); break;
      case IFLA_WIRELESS: wireless = true; break;
      case IFLA_LINKINFO:
        nested = EachAttribute(value, [&](int inner, Bytes text) {
          if (inner == IFLA_INFO_KIND) link.kind = text.Text();
        });
        break;
      default: break;
    }
  });
  whole = whole && nested;
  // An event of a wireless driver has a name and nothing else of ours.
  return !wireless;
}

bool ParseAddress(Bytes body, AddressMessage& address, bool& whole) {
  const ifaddrmsg header = body.As<ifaddrmsg>();
  if (body.size() < sizeof(ifaddrmsg) || (header.ifa_family != AF_INET && header.ifa_family != AF_INET6)) return false;
  address.index = static_cast<int32_t>(header.ifa_index);
  address.family = header.ifa_family;
  address.prefix_length = header.ifa_prefixlen;
  address.scope = header.ifa_scope;
  address.flags = header.ifa_flags;
  const size_t size = header.ifa_family == AF_INET ? 4 : 16;
  // IFA_LOCAL is the address and IFA_ADDRESS the peer's, where a link is point to point; else only one may be there.
  std::vector<uint8_t> local;
  whole = EachAttribute(body.Skip(NLMSG_ALIGN(sizeof(ifaddrmsg))), [&](int type, Bytes value) {
    switch (type) {
      case IFA_ADDRESS: address.address = value.First(size).Copy(); break;
      case IFA_LOCAL: local = value.First(size).Copy(); break;
      case IFA_LABEL: address.label = value.Text(); break;
      case IFA_FLAGS: address.flags = value.As<uint32_t>(); break;
      default: break;
    }
  });
  if (!local.empty()) address.address = std::move(local);
  return address.address.size() == size;
}

using Kind = NetlinkMessage::Kind;

/** False for one to skip. */
bool ParseMessage(const nlmsghdr& header, Bytes body, NetlinkMessage& message, bool& whole) {
  message.sequence = header.nlmsg_seq;
  message.interrupted = (header.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
  message.removed = header.nlmsg_type == RTM_DELLINK || header.nlmsg_type == RTM_DELADDR;
  switch (header.nlmsg_type) {
    case RTM_NEWLINK:
    case RTM_DELLINK:
      message.kind = Kind::kLink;
      return ParseLink(body, message.link, whole);
    case RTM_NEWADDR:
    case RTM_DELADDR:
      message.kind = Kind::kAddress;
      return ParseAddress(body, message.address, whole);
    case NLMSG_DONE:
    case NLMSG_ERROR: {
      message.kind = header.nlmsg_type == NLMSG_DONE ? Kind::kDone : Kind::kError;
      // Both begin with a negative errno, or 0.
      const int32_t number = body.As<int32_t>();
      message.error = number < 0 && number > -4096 ? -number : 0;
      return true;
    }
    default: return false;
  }
}

}  // namespace

bool ParseNetlink(const uint8_t* data, size_t size, std::vector<NetlinkMessage>& messages) {
  Bytes bytes(data, size);
  while (bytes.size() >= sizeof(nlmsghdr)) {
    const nlmsghdr header = bytes.As<nlmsghdr>();
    if (header.nlmsg_len < sizeof(nlmsghdr) || header.nlmsg_len > bytes.size()) return false;
    NetlinkMessage message;
    bool whole = true;
    if (ParseMessage(header, bytes.First(header.nlmsg_len).Skip(NLMSG_HDRLEN), message, whole)) {
      if (!whole) return false;
      messages.push_back(std::move(message));
    }
    bytes = bytes.Skip(NLMSG_ALIGN(static_cast<size_t>(header.nlmsg_len)));
  }
  return bytes.size() == 0;
}

}  // namespace ovskit

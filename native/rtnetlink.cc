#include "rtnetlink.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cstring>

namespace ovskit {
namespace {

/** Of one sendmsg(2). The kernel drops an answer that has no room in the receive buffer, so the answers to this many fit. */
constexpr uint32_t kMaxRequests = 64;
constexpr size_t kMaxBytes = 64 * 1024;
constexpr int kReceiveBuffer = 1024 * 1024;
/** Seconds. The kernel answers before sendmsg(2) returns, so this is for a kernel that doesn't. */
constexpr time_t kPatience = 10;

nlmsghdr HeaderAt(const Messages& messages, size_t offset) {
  nlmsghdr header;
  memcpy(&header, messages.data() + offset, sizeof(header));
  return header;
}

bool IsDump(const nlmsghdr& header) {
  // The same bits mean NLM_F_REPLACE and NLM_F_EXCL in a request that makes something.
  return (header.nlmsg_type & 3) == (RTM_GETLINK & 3) && (header.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
}

bool IsLast(const nlmsghdr& header) { return header.nlmsg_type == NLMSG_ERROR || header.nlmsg_type == NLMSG_DONE; }

}  // namespace

Failure RtnetlinkSocket::Transact(Messages requests, Messages& replies) {
  std::vector<Span> spans;
  const uint32_t base = next_;
  uint32_t number = 0;
  bool after_dump = false;
  for (size_t at = 0; at < requests.size();) {
    const size_t left = requests.size() - at;
    nlmsghdr header{};
    if (left >= sizeof(header)) header = HeaderAt(requests, at);
    if (header.nlmsg_len < sizeof(header) || NLMSG_ALIGN(size_t{header.nlmsg_len}) > left) {
      return {EINVAL, "sendmsg(NETLINK_ROUTE)", {}, {}};
    }
    // Each is answered to its end, a dump by NLMSG_DONE.
    header.nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
    header.nlmsg_seq = base + number;
    header.nlmsg_pid = 0;
    memcpy(requests.data() + at, &header, sizeof(header));
    const size_t size = NLMSG_ALIGN(size_t{header.nlmsg_len});
    // A socket has one dump at a time, and what follows would meet it.
    const bool fits = !spans.empty() && !after_dump && !IsDump(header) && spans.back().count < kMaxRequests &&
                      at + size - spans.back().begin <= kMaxBytes;
    if (!fits) spans.push_back({at, at, number, 0});
    spans.back().end = at + size;
    ++spans.back().count;
    after_dump = IsDump(header);
    ++number;
    at += size;
  }
  next_ += number;
  Failure failure = Open();
  for (size_t i = 0; i < spans.size() && !failure; ++i) {
    failure = Send(requests.data() + spans[i].begin, spans[i].end - spans[i].begin);
    if (!failure) failure = Gather(spans[i], base, replies);
  }
  if (failure) fd_.Close();
  return failure;
}

Failure RtnetlinkSocket::Open() {
  if (fd_) return {};
  Fd fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!fd) return Failed("socket(NETLINK_ROUTE)");
  const int on = 1;
  // The kernel's own words, without a copy of the request before them. A kernel before 4.12 has none.
  setsockopt(fd.get(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
  setsockopt(fd.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
  if (setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof(kReceiveBuffer)) != 0) {
    setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof(kReceiveBuffer));
  }
  const timeval patience{kPatience, 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  // A connected socket hears no one else.
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&kernel), sizeof(kernel)) != 0) {
    return Failed("connect(NETLINK_ROUTE)");
  }
  fd_ = std::move(fd);
  return {};
}

Failure RtnetlinkSocket::Send(const uint8_t* data, size_t size) {
  ssize_t sent = 0;
  do {
    sent = send(fd_.get(), data, size, 0);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? Failed("sendmsg(NETLINK_ROUTE)") : Failure{};
}

Failure RtnetlinkSocket::Gather(const Span& span, uint32_t base, Messages& replies) {
  std::vector<bool> answered(span.count);
  for (uint32_t left = span.count; left > 0;) {
    if (Failure failure = Receive()) return failure;
    for (size_t at = 0; buffer_.size() - at >= sizeof(nlmsghdr);) {
      nlmsghdr header = HeaderAt(buffer_, at);
      if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > buffer_.size() - at) {
        return {EBADMSG, "recvmsg(NETLINK_ROUTE)", {}, {}};
      }
      const uint32_t number = header.nlmsg_seq - base;
      const size_t size = std::min<size_t>(NLMSG_ALIGN(size_t{header.nlmsg_len}), buffer_.size() - at);
      if (number - span.first < span.count) {
        const size_t start = replies.size();
        replies.insert(replies.end(), buffer_.begin() + at, buffer_.begin() + at + size);
        replies.resize(NLMSG_ALIGN(replies.size()));
        header.nlmsg_seq = number;
        memcpy(replies.data() + start, &header, sizeof(header));
        if (IsLast(header) && !answered[number - span.first]) {
          answered[number - span.first] = true;
          --left;
        }
      }
      at += size;
    }
  }
  return {};
}

Failure RtnetlinkSocket::Change(const Messages& requests, const std::string& device) {
  Messages replies;
  if (Failure failure = Transact(requests, replies)) return failure;
  for (size_t at = 0; replies.size() - at >= sizeof(nlmsghdr) + sizeof(nlmsgerr);) {
    const nlmsghdr header = HeaderAt(replies, at);
    nlmsgerr answer;
    memcpy(&answer, replies.data() + at + sizeof(header), sizeof(answer));
    if (header.nlmsg_type == NLMSG_ERROR && answer.error != 0) return {-answer.error, "rtnetlink", device, {}};
    at += NLMSG_ALIGN(size_t{header.nlmsg_len});
  }
  return {};
}

/** Receives one datagram, of whatever size, into the buffer. */
Failure RtnetlinkSocket::Receive() {
  for (;;) {
    const ssize_t size = recv(fd_.get(), nullptr, 0, MSG_PEEK | MSG_TRUNC);
    if (size >= 0) {
      buffer_.resize(size);
      const ssize_t received = recv(fd_.get(), buffer_.data(), buffer_.size(), MSG_TRUNC);
      if (received == size) return {};
      if (received >= 0) return {EBADMSG, "recvmsg(NETLINK_ROUTE)", {}, {}};
    }
    if (errno == EAGAIN) return {ETIMEDOUT, "recvmsg(NETLINK_ROUTE)", {}, {}};
    if (errno != EINTR) return Failed("recvmsg(NETLINK_ROUTE)");
  }
}

}  // namespace ovskit

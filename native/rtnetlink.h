#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "error.h"
#include "fd.h"

namespace ovskit {

/** Bytes of netlink messages, one after the other, each aligned to 4 (netlink(7)). */
using Messages = std::vector<uint8_t>;

/**
 * A NETLINK_ROUTE socket that asks and gathers the answers; src/netdev/rtnetlink writes and reads the messages. It belongs
 * to the network namespace of the thread that first uses it, opens when it is needed, and again after it failed.
 */
class RtnetlinkSocket {
 public:
  /**
   * Sends the requests, many by one sendmsg(2), and appends to `replies` all that the kernel says to them. The answers to
   * request N, counted from 0, have the sequence number N; the last one is its NLMSG_ERROR (0 is success) or NLMSG_DONE.
   *
   * A refusal is an answer. Fails when an answer could not be had: what became of those requests is then unknown.
   */
  Failure Transact(Messages requests, Messages& replies);

  /** The same for changes, of which the first refusal is the failure. */
  Failure Change(const Messages& requests, const std::string& device);

 private:
  struct Span {
    size_t begin;
    size_t end;
    uint32_t first;
    uint32_t count;
  };

  Failure Open();
  Failure Send(const uint8_t* data, size_t size);
  Failure Gather(const Span& span, uint32_t base, Messages& replies);
  Failure Receive();

  Fd fd_;
  /** The sequence number of the next request: never used twice, so that no late answer is taken for another's. */
  uint32_t next_ = 1;
  Messages buffer_;
};

}  // namespace ovskit

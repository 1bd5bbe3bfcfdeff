#pragma once

#include <napi.h>
#include <uv.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "error.h"
#include "fd.h"
#include "netlink.h"

namespace ovskit {

/**
 * A NETLINK_ROUTE socket that hears of links and addresses, and can be asked for all there are. It belongs to the network
 * namespace of the thread that opens it, and is polled on that environment's loop.
 *
 * One whose environment ends, as when a worker is terminated, is closed by an asynchronous clean-up hook: the loop is not
 * torn down before libuv has let go of the handle.
 */
class EventSocket {
 public:
  /** `callback()` is called when there is something to read. Until Close() it keeps the loop alive. */
  static Failure Open(napi_env env, napi_value callback, EventSocket*& opened);

  /** Asks for all links (RTM_GETLINK) or addresses (RTM_GETADDR). The answer comes among the events, in its right place. */
  Failure RequestDump(uint16_t type, uint32_t sequence);

  /**
   * Takes what has come, up to some hundred messages; none when there is nothing. A `kLost` at the end says that the kernel
   * had no room and dropped some (ENOBUFS).
   */
  Failure Read(std::vector<NetlinkMessage>& messages);

  /** The object deletes itself when libuv lets go of it. */
  void Close();

 private:
  EventSocket() : buffer_(kBufferSize) {}
  ~EventSocket() = default;
  EventSocket(const EventSocket&) = delete;

  Failure OpenSocket();
  Failure Listen(napi_env env, napi_value callback);
  int Poll();
  void Notify(int status);
  void Receive(std::vector<NetlinkMessage>& messages, bool& more, Failure& failure);

  /** The kernel fills datagrams of a dump up to 32 KiB, when that is what it is offered. */
  static constexpr size_t kBufferSize = 64 * 1024;

  napi_env env_ = nullptr;
  napi_ref callback_ = nullptr;
  napi_async_context context_ = nullptr;
  napi_async_cleanup_hook_handle hook_ = nullptr;
  uv_poll_t poll_{};
  Fd socket_;
  bool closed_ = false;
  std::vector<uint8_t> buffer_;
};

/** The event sockets of an environment, by a number that JavaScript holds. */
class EventSockets {
 public:
  Failure Open(napi_env env, napi_value callback, uint32_t& id);
  /** Null when it is closed. */
  EventSocket* Find(uint32_t id) const;
  void Close(uint32_t id);

 private:
  std::unordered_map<uint32_t, EventSocket*> sockets_;
  uint32_t last_ = 0;
};

}  // namespace ovskit

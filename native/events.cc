#include "events.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cstring>

namespace ovskit {
namespace {

/** Bytes of events that the kernel holds while the loop is busy; it gives less to one without CAP_NET_ADMIN. */
constexpr int kReceiveBuffer = 1 << 20;

/** Messages that one Read() takes, about: between two of them the loop has its turn. */
constexpr size_t kBatch = 256;

}  // namespace

Failure EventSocket::Open(napi_env env, napi_value callback, EventSocket*& opened) {
  auto* events = new EventSocket();
  events->env_ = env;
  Failure failure = events->OpenSocket();
  uv_loop_t* loop = nullptr;
  if (!failure && napi_get_uv_event_loop(env, &loop) != napi_ok) failure = {EINVAL, "napi_get_uv_event_loop", {}, {}};
  if (!failure) {
    const int status = uv_poll_init(loop, &events->poll_, events->socket_.get());
    if (status != 0) failure = {-status, "uv_poll_init", {}, {}};
  }
  if (failure) {
    delete events;
    return failure;
  }
  events->poll_.data = events;
  failure = events->Listen(env, callback);
  // From here on libuv knows the handle.
  if (failure) events->Close();
  else opened = events;
  return failure;
}

Failure EventSocket::OpenSocket() {
  socket_ = Fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  if (!socket_) return Failed("socket(NETLINK_ROUTE)");
  if (setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof(kReceiveBuffer)) != 0) {
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof(kReceiveBuffer));
  }
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
  if (bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    return Failed("bind(NETLINK_ROUTE)");
  }
  return {};
}

Failure EventSocket::Listen(napi_env env, napi_value callback) {
  napi_value name = nullptr;
  if (napi_create_string_utf8(env, "ovskit:events", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_async_init(env, nullptr, name, &context_) != napi_ok ||
      napi_create_reference(env, callback, 1, &callback_) != napi_ok) {
    return {ENOMEM, "napi_async_init", {}, {}};
  }
  auto clean_up = [](napi_async_cleanup_hook_handle, void* events) { static_cast<EventSocket*>(events)->Close(); };
  if (napi_add_async_cleanup_hook(env, clean_up, this, &hook_) != napi_ok) {
    return {ENOMEM, "napi_add_async_cleanup_hook", {}, {}};
  }
  const int status = Poll();
  return status == 0 ? Failure{} : Failure{-status, "uv_poll_start", {}, {}};
}

/**
 * libuv ends the polling of a descriptor with an error, of which ENOBUFS is one; the read that takes the error clears it, and
 * polling goes on.
 */
void EventSocket::Notify(int status) {
  napi_handle_scope scope = nullptr;
  if (napi_open_handle_scope(env_, &scope) != napi_ok) return;
  napi_value callback = nullptr;
  napi_value receiver = nullptr;
  if (napi_get_reference_value(env_, callback_, &callback) == napi_ok &&
      napi_get_global(env_, &receiver) == napi_ok &&
      napi_make_callback(env_, context_, receiver, callback, 0, nullptr, nullptr) == napi_pending_exception) {
    ReportUncaught(env_);
  }
  napi_close_handle_scope(env_, scope);
  if (status < 0 && !closed_) Poll();
}

int EventSocket::Poll() {
  return uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* poll, int status, int) {
    static_cast<EventSocket*>(poll->data)->Notify(status);
  });
}

Failure EventSocket::RequestDump(uint16_t type, uint32_t sequence) {
  struct {
    nlmsghdr header;
    ifinfomsg body;
    rtattr attribute;
    uint32_t mask;
  } request{};
  request.header.nlmsg_type = type;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.header.nlmsg_seq = sequence;
  if (type == RTM_GETLINK) {
    // No counters, which are most of such a message.
    request.header.nlmsg_len = sizeof(request);
    request.attribute.rta_len = RTA_LENGTH(sizeof(request.mask));
    request.attribute.rta_type = IFLA_EXT_MASK;
    request.mask = RTEXT_FILTER_SKIP_STATS;
  } else {
    request.header.nlmsg_len = NLMSG_LENGTH(sizeof(request.body));
  }
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  const ssize_t sent = sendto(socket_.get(), &request, request.header.nlmsg_len, 0,
                              reinterpret_cast<const sockaddr*>(&kernel), sizeof(kernel));
  return sent >= 0 ? Failure{} : Failed(type == RTM_GETLINK ? "send(RTM_GETLINK)" : "send(RTM_GETADDR)");
}

Failure EventSocket::Read(std::vector<NetlinkMessage>& messages) {
  Failure failure;
  bool more = true;
  while (more && messages.size() < kBatch) Receive(messages, more, failure);
  return failure;
}

/** One datagram. */
void EventSocket::Receive(std::vector<NetlinkMessage>& messages, bool& more, Failure& failure) {
  sockaddr_nl sender{};
  iovec room{buffer_.data(), buffer_.size()};
  msghdr datagram{};
  datagram.msg_name = &sender;
  datagram.msg_namelen = sizeof(sender);
  datagram.msg_iov = &room;
  datagram.msg_iovlen = 1;
  const ssize_t size = recvmsg(socket_.get(), &datagram, 0);
  bool lost = false;
  if (size < 0) {
    if (errno == EINTR) return;
    more = false;
    if (errno == EAGAIN) return;
    lost = errno == ENOBUFS;
    if (!lost) failure = Failed("recvmsg(NETLINK_ROUTE)");
  } else if (sender.nl_pid == 0) {
    // Only the kernel is believed: another process may write to this socket too.
    const bool whole = (datagram.msg_flags & MSG_TRUNC) == 0;
    lost = !ParseNetlink(buffer_.data(), size, messages) || !whole;
  }
  if (!lost) return;
  messages.emplace_back().kind = NetlinkMessage::Kind::kLost;
  more = false;
}

void EventSocket::Close() {
  if (closed_) return;
  closed_ = true;
  uv_poll_stop(&poll_);
  if (callback_ != nullptr) napi_delete_reference(env_, callback_);
  if (context_ != nullptr) napi_async_destroy(env_, context_);
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
    auto* events = static_cast<EventSocket*>(handle->data);
    if (events->hook_ != nullptr) napi_remove_async_cleanup_hook(events->hook_);
    delete events;
  });
  // libuv no longer looks at it.
  socket_.Close();
}

Failure EventSockets::Open(napi_env env, napi_value callback, uint32_t& id) {
  EventSocket* socket = nullptr;
  if (Failure failure = EventSocket::Open(env, callback, socket)) return failure;
  id = ++last_;
  sockets_.emplace(id, socket);
  return {};
}

EventSocket* EventSockets::Find(uint32_t id) const {
  auto found = sockets_.find(id);
  return found == sockets_.end() ? nullptr : found->second;
}

void EventSockets::Close(uint32_t id) {
  auto found = sockets_.find(id);
  if (found == sockets_.end()) return;
  found->second->Close();
  sockets_.erase(found);
}

}  // namespace ovskit

#pragma once

#include <napi.h>
#include <pthread.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "error.h"
#include "rtnetlink.h"

namespace ovskit {

/**
 * Changes links on a thread of its own, one change after the other in the order they were asked for. Each takes the kernel
 * from microseconds to some 15 ms. libuv's pool won't do: its threads keep the namespace that they were born in. This one
 * begins with the first change, so it is in the namespace of the thread that asks; should that thread have moved since, another
 * one begins.
 *
 * All but the thread's body runs on the JavaScript thread.
 */
class Writer {
 public:
  /** Runs on the writer's thread, with a socket for ioctls. The answer goes to the callback. */
  using Change = std::function<Failure(int socket, bool& answer)>;

  ~Writer() { Stop(false); }

  /**
   * Sends netlink messages in their turn among the changes, and calls `callback(null, replies)` with a Buffer.
   * @see RtnetlinkSocket::Transact
   */
  Failure Submit(Napi::Env env, Napi::Function callback, Messages requests);

  /** Calls `callback(error)` or `callback(null, answer)` when it is done. Until then the process doesn't exit. */
  Failure Submit(Napi::Env env, Napi::Function callback, Change change);

  /** Ends the thread; the next change starts another. The change that runs is finished; `drain` finishes the rest too. */
  void Stop(bool drain);

 private:
  struct Job {
    /** Without it, the messages are sent. */
    Change change;
    Messages messages;
    Napi::FunctionReference callback;
    Failure failure;
    bool answer = false;
  };
  using Jobs = std::deque<std::unique_ptr<Job>>;

  Failure Submit(Napi::Env env, Napi::Function callback, std::unique_ptr<Job> job);
  Failure OpenChannel(Napi::Env env);
  Failure Start();
  void Run();
  void Deliver(napi_env env);
  static void CleanUp(void* writer);

  /** How the thread tells this one that `done_` has something. */
  napi_threadsafe_function channel_ = nullptr;
  pthread_t thread_{};
  bool running_ = false;
  /** The inode of the network namespace that the thread began in. */
  ino_t namespace_ = 0;
  /** Changes whose callback wasn't called yet. */
  size_t pending_ = 0;

  std::mutex mutex_;
  std::condition_variable wake_;
  // Under the mutex:
  Jobs queue_;
  Jobs done_;
  bool stopping_ = false;
};

}  // namespace ovskit

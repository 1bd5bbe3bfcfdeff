#include "writer.h"

#include <signal.h>
#include <sys/stat.h>

#include <utility>

#include "device.h"

namespace ovskit {
namespace {

/** Tells one network namespace from another; 0 where there is no /proc. */
ino_t NetworkNamespace() {
  struct stat status{};
  return stat("/proc/thread-self/ns/net", &status) == 0 ? status.st_ino : 0;
}

/** What the callback gets: a Buffer of messages, or a boolean. */
napi_status MakeAnswer(napi_env env, bool has_messages, const Messages& messages, bool answer, napi_value* value) {
  if (!has_messages) return napi_get_boolean(env, answer, value);
  return napi_create_buffer_copy(env, messages.size(), messages.data(), nullptr, value);
}

}  // namespace

Failure Writer::Submit(Napi::Env env, Napi::Function callback, Change change) {
  auto job = std::make_unique<Job>();
  job->change = std::move(change);
  return Submit(env, callback, std::move(job));
}

Failure Writer::Submit(Napi::Env env, Napi::Function callback, Messages requests) {
  auto job = std::make_unique<Job>();
  job->messages = std::move(requests);
  return Submit(env, callback, std::move(job));
}

Failure Writer::Submit(Napi::Env env, Napi::Function callback, std::unique_ptr<Job> job) {
  if (Failure failure = OpenChannel(env)) return failure;
  if (Failure failure = Start()) return failure;
  job->callback = Napi::Persistent(callback);
  {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
  if (pending_++ == 0) napi_ref_threadsafe_function(env, channel_);
  return {};
}

/**
 * The channel closes with its environment by a clean-up hook of its own. Ours is added after it and so runs before it: the
 * thread has ended by the time the channel goes.
 */
Failure Writer::OpenChannel(Napi::Env env) {
  if (channel_ != nullptr) return {};
  auto deliver = [](napi_env env, napi_value, void* writer, void*) {
    if (env != nullptr) static_cast<Writer*>(writer)->Deliver(env);
  };
  Napi::String name = Napi::String::New(env, "ovskit:writer");
  napi_status status = napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this, deliver,
                                                       &channel_);
  if (status != napi_ok) return {ENOMEM, "napi_create_threadsafe_function", {}, {}};
  napi_unref_threadsafe_function(env, channel_);
  napi_add_env_cleanup_hook(env, CleanUp, this);
  return {};
}

Failure Writer::Start() {
  const ino_t current = NetworkNamespace();
  if (running_ && namespace_ != current) Stop(true);
  if (running_) return {};
  auto body = [](void* writer) -> void* {
    static_cast<Writer*>(writer)->Run();
    return nullptr;
  };
  // Signals are for Node's threads.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int number = pthread_create(&thread_, nullptr, body, this);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (number != 0) return {number, "pthread_create", {}, {}};
  pthread_setname_np(thread_, "ovskit-writer");
  running_ = true;
  namespace_ = current;
  return {};
}

void Writer::Stop(bool drain) {
  Jobs dropped;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    if (!drain) dropped.swap(queue_);
  }
  wake_.notify_one();
  if (running_) pthread_join(thread_, nullptr);
  running_ = false;
  stopping_ = false;
}

void Writer::Run() {
  IoctlSocket socket;
  RtnetlinkSocket rtnetlink;
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    std::unique_ptr<Job> job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    if (job->change) {
      job->failure = socket.Open();
      if (!job->failure) job->failure = job->change(socket.get(), job->answer);
    } else {
      Messages replies;
      job->failure = rtnetlink.Transact(std::move(job->messages), replies);
      job->messages = std::move(replies);
    }
    lock.lock();
    done_.push_back(std::move(job));
    // The first of several takes them all.
    if (done_.size() == 1) napi_call_threadsafe_function(channel_, nullptr, napi_tsfn_nonblocking);
  }
}

/** Plain Node-API: in a worker that is being terminated each of these calls may fail, and that is all right. */
void Writer::Deliver(napi_env env) {
  Jobs done;
  {
    std::lock_guard lock(mutex_);
    done.swap(done_);
  }
  pending_ -= done.size();
  if (pending_ == 0) napi_unref_threadsafe_function(env, channel_);
  for (const std::unique_ptr<Job>& job : done) {
    napi_handle_scope scope = nullptr;
    if (napi_open_handle_scope(env, &scope) != napi_ok) return;
    napi_value callback = nullptr;
    napi_value receiver = nullptr;
    napi_value arguments[2] = {};
    bool ready = napi_get_reference_value(env, job->callback, &callback) == napi_ok &&
                 napi_get_undefined(env, &receiver) == napi_ok && napi_get_null(env, &arguments[0]) == napi_ok &&
                 MakeAnswer(env, !job->change, job->messages, job->answer, &arguments[1]) == napi_ok;
    if (job->failure) arguments[0] = ToError(env, job->failure);
    if (ready && arguments[0] != nullptr &&
        napi_call_function(env, receiver, callback, 2, arguments, nullptr) == napi_pending_exception) {
      ReportUncaught(env);
    }
    napi_close_handle_scope(env, scope);
  }
}

void Writer::CleanUp(void* data) {
  auto* writer = static_cast<Writer*>(data);
  writer->Stop(false);
  // While the environment is there to release their callbacks.
  writer->done_.clear();
  napi_release_threadsafe_function(writer->channel_, napi_tsfn_abort);
  writer->channel_ = nullptr;
}

}  // namespace ovskit

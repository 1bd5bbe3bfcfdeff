#pragma once

#include <cerrno>
#include <napi.h>
#include <string>

namespace ovskit {

/**
 * Why something failed; false when it didn't. Plain data, so that a thread without JavaScript can fill it in.
 *
 *   if (Failure failure = SetMtu(device, 1500)) return failure;
 */
struct Failure {
  /** errno; 0 is success. */
  int number = 0;
  /** The call that failed, such as `ioctl(SIOCSIFMTU)`. */
  const char* syscall = "";
  std::string device;
  /** What the device is, when that is why it failed: `veth`, `multi-queue tap`. */
  std::string kind;

  explicit operator bool() const { return number != 0; }
};

inline Failure Failed(const char* syscall, const std::string& device = {}) { return {errno, syscall, device, {}}; }

/**
 * The failure as an Error with `code` (`ENODEV`), `errno`, `syscall`, and where known `device` and `kind`. Null when no
 * JavaScript may run any more, as in a worker that is being terminated.
 */
napi_value ToError(napi_env env, const Failure& failure);

/** The name of an errno, such as `ENODEV`. */
const char* NameOf(int number);

/** Throws the failure into JavaScript. */
Napi::Value Throw(Napi::Env env, const Failure& failure);

/** What a callback throws is nobody's but the process's, and must not keep the next callback from being called. */
void ReportUncaught(napi_env env);

}  // namespace ovskit

#pragma once

#include <napi.h>

#include <optional>
#include <string>
#include <vector>

#include "link.h"

namespace ovskit {

/**
 * Reads a function's arguments. The typed face checks what users pass; these checks keep the process whole when someone
 * calls the addon itself. After a failure `ok()` is false and a TypeError is thrown.
 */
class Arguments {
 public:
  explicit Arguments(const Napi::CallbackInfo& info) : info_(info) {}

  /** A device's name, fit for a path and an ifreq. */
  std::string Device();
  /** A string without a zero in it. */
  std::string Path();
  int Int();
  bool Bool();
  /** A Uint8Array. */
  std::vector<uint8_t> Bytes();
  Napi::Function Function();
  /** An object; its members are read by the functions below. */
  Napi::Object Object();

  bool Flag(Napi::Object object, const char* key);
  std::optional<uint32_t> Number(Napi::Object object, const char* key);
  std::optional<Mac> Address(Napi::Object object, const char* key);
  /** A Uint8Array; empty when there is none. */
  std::vector<uint8_t> Data(Napi::Object object, const char* key);

  bool ok() const { return ok_ && !info_.Env().IsExceptionPending(); }

 private:
  Napi::Value Next() { return info_[next_++]; }
  void Reject(const char* what);
  std::optional<Mac> ToAddress(Napi::Value value);
  std::vector<uint8_t> ToBytes(Napi::Value value);

  const Napi::CallbackInfo& info_;
  size_t next_ = 0;
  bool ok_ = true;
};

}  // namespace ovskit

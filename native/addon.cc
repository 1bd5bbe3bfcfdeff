#include <napi.h>

#include "netns.h"

namespace ovskit {
namespace {

Napi::Value EnterPrivateNetworkJs(const Napi::CallbackInfo& info) {
  if (Failure failure = EnterPrivateNetwork()) return Throw(info.Env(), failure);
  return info.Env().Undefined();
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("enterPrivateNetwork", Napi::Function::New(env, EnterPrivateNetworkJs, "enterPrivateNetwork"));
  return exports;
}

}  // namespace

NODE_API_MODULE(NODE_GYP_MODULE_NAME, Init)

}  // namespace ovskit

/// @file
/// Exact decisions that were made while the atlas was walked, kept until their faces are listed: a
/// decision of many ties is most of the work.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include <resdyn/equilibria/face.hpp>

namespace resdyn {

/// By free and High units. From any thread.
class KeptDecisions {
  public:
    void put(std::uint32_t free, std::uint32_t high, FaceDecision decision) {
        const std::lock_guard lock(mutex_);
        kept_.emplace(std::pair(free, high), std::move(decision));
    }
    std::optional<FaceDecision> take(std::uint32_t free, std::uint32_t high) {
        const std::lock_guard lock(mutex_);
        auto node = kept_.extract({free, high});
        return node ? std::optional(std::move(node.mapped())) : std::nullopt;
    }
    void clear() {
        const std::lock_guard lock(mutex_);
        kept_.clear();
    }

  private:
    std::mutex mutex_{};
    std::map<std::pair<std::uint32_t, std::uint32_t>, FaceDecision> kept_{};
};

}  // namespace resdyn

#include <resdyn/learning/settling_penalty.hpp>

#include <fmt/format.h>

#include <cmath>

#include <resdyn/core/error.hpp>

namespace resdyn {

void validate(const SettlingPenalty& penalty, const NetworkShape& shape) {
    if (!(penalty.weight >= 0) || !std::isfinite(penalty.weight)) {
        reject_argument("settling_penalty", "a finite number >= 0",
                        fmt::format("{}", penalty.weight));
    }
    if (penalty.weight == 0) {
        return;
    }
    if (shape.kind != NetworkKind::Residual) {
        reject_argument("settling_penalty", "a residual network", "a perceptron");
    }
    if (penalty.layers < 1 || penalty.layers >= shape.depth) {
        reject_argument("settling_layers",
                        fmt::format("1 to {}, the depth less one", shape.depth - 1),
                        fmt::format("{}", penalty.layers));
    }
}

}  // namespace resdyn

#include <resdyn/noise/input_noise.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

constexpr std::array all_kinds = {NoiseKind::Gaussian, NoiseKind::Uniform, NoiseKind::SaltAndPepper,
                                  NoiseKind::Occlusion};

/// First of `length` places out of `all`, drawn by u in (0, 1).
Index first_place(float u, Index length, Index all) {
    const auto choices = static_cast<float>(all - length + 1);
    return std::min(static_cast<Index>(u * choices), all - length);
}

}  // namespace

std::string_view to_string(NoiseKind kind) {
    switch (kind) {
        case NoiseKind::Gaussian:
            return "gaussian";
        case NoiseKind::Uniform:
            return "uniform";
        case NoiseKind::SaltAndPepper:
            return "salt-and-pepper";
        case NoiseKind::Occlusion:
            return "occlusion";
    }
    return "unknown";
}

std::optional<NoiseKind> noise_kind_from_name(std::string_view name) {
    const auto found = std::find_if(all_kinds.begin(), all_kinds.end(),
                                    [name](NoiseKind kind) { return to_string(kind) == name; });
    return found == all_kinds.end() ? std::nullopt : std::optional(*found);
}

bool level_is_share(NoiseKind kind) {
    return kind == NoiseKind::SaltAndPepper || kind == NoiseKind::Occlusion;
}

InputRange range_of(const Eigen::MatrixXf& inputs, Index image_rows, Index image_cols) {
    return {inputs.minCoeff(), inputs.maxCoeff(), image_rows, image_cols};
}

void validate_level(NoiseKind kind, double level) {
    if (!std::isfinite(level) || level < 0 || (level_is_share(kind) && level > 1)) {
        reject_argument("noise level",
                        level_is_share(kind) ? "a share from 0 to 1" : "a finite number >= 0",
                        fmt::format("{}", level));
    }
}

NoiseDraw::NoiseDraw(NoiseKind kind, const InputRange& range, Index D, Index T, Random& random)
    : kind_(kind), range_(range) {
    if (kind == NoiseKind::Occlusion) {
        place_.resize(2, T);
        random.fill_uniform(place_.data(), place_.size());
        return;
    }
    shape_.resize(D, T);
    if (kind == NoiseKind::Gaussian) {
        random.fill_normal(shape_.data(), shape_.size());
        return;
    }
    random.fill_uniform(shape_.data(), shape_.size());
    if (kind == NoiseKind::Uniform) {
        // Of unit deviation: within ±√3.
        shape_ = (2.0F * std::numbers::sqrt3_v<float>)*(shape_.array() - 0.5F);
    } else {
        ends_.resize(D, T);
        random.fill_uniform(ends_.data(), ends_.size());
    }
}

void NoiseDraw::apply(double level, const Eigen::Ref<const Eigen::MatrixXf>& inputs,
                      Eigen::Ref<Eigen::MatrixXf> out) const {
    const auto amount = static_cast<float>(level);
    switch (kind_) {
        case NoiseKind::Gaussian:
        case NoiseKind::Uniform:
            out = inputs + amount * shape_;
            return;
        case NoiseKind::SaltAndPepper:
            out = (shape_.array() < amount)
                      .select((ends_.array() < 0.5F)
                                  .select(Eigen::MatrixXf::Constant(inputs.rows(), inputs.cols(),
                                                                    range_.low),
                                          range_.high),
                              inputs);
            return;
        case NoiseKind::Occlusion:
            break;
    }
    out = inputs;
    const bool image = range_.image_rows * range_.image_cols == inputs.rows();
    const Index rows = image ? range_.image_rows : 1;
    const Index cols = image ? range_.image_cols : inputs.rows();
    const auto length = [level](Index all) {
        return std::clamp<Index>(std::lround(level * static_cast<double>(all)), 0, all);
    };
    const Index height = image ? length(rows) : (length(cols) > 0 ? 1 : 0);
    const Index width = length(cols);
    for (Index j = 0; j < out.cols(); ++j) {
        const Index top = first_place(place_(0, j), height, rows);
        const Index left = first_place(place_(1, j), width, cols);
        for (Index r = top; r < top + height; ++r) {
            out.col(j)
                .segment(r * cols + left, width)
                .setConstant(range_.low);  // images row by row
        }
    }
}

}  // namespace resdyn

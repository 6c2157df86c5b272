/// @file
/// Random perturbations of inputs, by kind and level.
///
/// Levels are in the units of the inputs; where a level is a deviation, kinds of equal level have
/// equal power. Inputs are not clipped to their range: a network sees what was drawn. What it can
/// miss: perturbations that are worst rather than random (adversary.hpp).
#pragma once

#include <limits>
#include <optional>
#include <string_view>

#include <resdyn/core/random.hpp>

namespace resdyn {

enum class NoiseKind {
    Gaussian,       ///< adds independent normals; level: their standard deviation.
    Uniform,        ///< adds independent uniforms; level: their standard deviation.
    SaltAndPepper,  ///< sets a share `level` of the components to the low or high end of the data.
    Occlusion,      ///< sets a square (not images: a run) at a random place to the low end; level:
                    ///< its side over the image's side (the run's share of the components).
};
/// "gaussian", "uniform", "salt-and-pepper", "occlusion".
std::string_view to_string(NoiseKind kind);
inline constexpr std::string_view noise_kind_names =
    "gaussian, uniform, salt-and-pepper, occlusion, fgsm or pgd";
/// Inverse of to_string; empty if the name is none.
std::optional<NoiseKind> noise_kind_from_name(std::string_view name);
/// Whether the level is a share, at most 1.
bool level_is_share(NoiseKind kind);

/// What the noise needs to know of the data.
struct InputRange {
    float low = 0.0F;      ///< smallest component of all data.
    float high = 1.0F;     ///< largest.
    Index image_rows = 0;  ///< 0: not images.
    Index image_cols = 0;
};
/// The range of D×B inputs; the image shape as given.
InputRange range_of(const Eigen::MatrixXf& inputs, Index image_rows = 0, Index image_cols = 0);

/// Throws std::invalid_argument, "noise level: expected …, got …", for a level that is negative,
/// not finite, or, where it is a share, above 1.
void validate_level(NoiseKind kind, double level);

/// One draw of noise for a tile of samples, the same at every level: adding level × shape, or
/// replacing the components whose mark lies below the level. Levels are then compared on common
/// random numbers.
class NoiseDraw {
  public:
    /// For D×T inputs; draws from `random`.
    NoiseDraw(NoiseKind kind, const InputRange& range, Index D, Index T, Random& random);
    /// out = inputs perturbed at `level`; both D×T, contiguous.
    void apply(double level, const Eigen::Ref<const Eigen::MatrixXf>& inputs,
               Eigen::Ref<Eigen::MatrixXf> out) const;

  private:
    NoiseKind kind_;
    InputRange range_;
    Eigen::MatrixXf shape_;  ///< D×T normals or uniforms of unit deviation; marks in (0, 1).
    Eigen::MatrixXf ends_;   ///< D×T uniforms: which end; salt and pepper.
    Eigen::MatrixXf place_;  ///< 2×T uniforms: where; occlusion.
};

}  // namespace resdyn

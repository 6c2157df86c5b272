/// @file
/// The settling penalty on one tile of samples: what it is and what it adds to the gradient, layer
/// by layer from the last one down.
#pragma once

#include <algorithm>

#include <resdyn/learning/settling_penalty.hpp>

#include "model/forward.hpp"

namespace resdyn {

template <class Scalar>
class SettlingTile {
  public:
    using View = kernels::View<Scalar>;
    using ConstView = kernels::ConstView<Scalar>;

    SettlingTile(const SettlingPenalty& penalty, const NetworkShape& shape, Index samples)
        : depth_(shape.depth),
          differences_(std::min(penalty.layers, shape.depth - 1)),
          factor_(differences_ > 0 ? penalty.weight / static_cast<double>(differences_) : 0.0),
          later_(shape.residuals(), samples) {}

    /// Adds ∂penalty/∂y_n over `scale` to `gradient`, and returns (λ/K) ‖y_n − y_{n−1}‖² summed
    /// over the samples. To be called for n = L−1, L−2, …, 0; `before` is y_{n−1}, not looked at
    /// where n = 0.
    double add(Index n, Scalar scale, ConstView y, ConstView before, View gradient) {
        View later(later_.data(), y.rows(), y.cols());  // 2 (λ/K)/scale (y_{n+1} − y_n)
        if (n < depth_ - 1 && n >= depth_ - 1 - differences_) {
            gradient -= later;
        }
        if (n < depth_ - differences_) {
            return 0.0;
        }
        later = y - before;
        const double sum = factor_ * static_cast<double>(later.squaredNorm());
        later *= Scalar(2) * static_cast<Scalar>(factor_) / scale;
        gradient += later;
        return sum;
    }

  private:
    Index depth_;
    Index differences_;  ///< K, or L − 1.
    double factor_;      ///< λ/K.
    Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> later_;
};

}  // namespace resdyn

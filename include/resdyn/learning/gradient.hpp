/// @file
/// Loss and exact gradient of a network over a batch, by back-propagation through the layers, in
/// float or double.
///
///     u_n = W x_n + b,  y_n = f(u_n),  x_{n+1} = x_n + h A y_n,  logits = V x_L + c
///     g_L = Vᵀ(p − e_label)/B,  δ_n = f'(u_n) ∘ (h Aᵀ g_{n+1}),  g_n = g_{n+1} + Wᵀ δ_n
///     ∂W = Σ_n δ_n x_nᵀ,  ∂b = Σ_n δ_n,  ∂A = h Σ_n g_{n+1} y_nᵀ
///
/// A perceptron has x_{n+1} = y_n, δ_n = f'(u_n) ∘ g_{n+1} and g_n = Wᵀ δ_n instead. Another
/// network may take the place of the labels (imitation_loss.hpp): then its logits say what ∂logits
/// is, and its states add to g_n. A settling penalty (settling_penalty.hpp) adds ∂penalty/∂y_n to
/// h Aᵀ g_{n+1} in δ_n.
///
/// Method: the batch is cut into tiles of `tile_columns` samples; every tile has single-threaded
/// products, and what the tiles add to the gradient is summed in a fixed order, so the bits do not
/// depend on the number of threads. The states of all layers of a tile lie side by side: with
/// shared weights ∂W is one product [δ_0 … δ_{L−1}] [x_0 … x_{L−1}]ᵀ.
/// Memory: at most `tiles_at_once` tiles are held at once, whatever the batch, so that it is at
/// most tiles_at_once · (((L + 1) N + L M) · tile_columns + parameters) scalars and small change.
/// What it can miss: nothing but rounding; at u = 0 ReLU's slope is taken as 0.
/// Reference: D. E. Rumelhart, G. E. Hinton, R. J. Williams, Nature 323, 1986.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <resdyn/data/dataset.hpp>
#include <resdyn/learning/imitation_loss.hpp>
#include <resdyn/learning/settling_penalty.hpp>
#include <resdyn/model/parameters.hpp>

namespace resdyn {

/// Samples a tile holds. Fixed: results depend on it in their last bits.
inline constexpr Index tile_columns = 64;
/// Tiles with memory of their own; more of them take turns. Fixed for the same reason.
inline constexpr Index tiles_at_once = 16;

struct BatchLoss {
    double mean = 0.0;  ///< cross-entropy, natural logarithm, or the loss of an imitation; mean
                        ///< over the batch.
    Index correct = 0;  ///< samples classified right, or as the original does.
    double gradient_norm = 0.0;  ///< 2-norm of the gradient over all parameters.
    double penalty = 0.0;        ///< settling penalty, mean over the batch; not part of `mean`.

    bool is_finite() const;
};

/// Back-propagation for one shape and batches of up to `batch` samples.
template <class Scalar>
class BackPropagation {
  public:
    using Parameters = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

    /// Throws std::invalid_argument if the shape is not whole or batch < 1. threads 0: all.
    BackPropagation(const NetworkShape& shape, Index batch, int threads = 0);
    /// The loss of imitating another network, which runs on the same samples beside this one; the
    /// labels are not looked at. Throws as above, and where the two do not fit
    /// (imitation_loss.hpp).
    BackPropagation(const NetworkShape& shape, const ImitationLoss& imitation, Index batch,
                    int threads = 0);
    /// With a settling penalty, whose gradient is part of gradient(). Throws as above, and where
    /// validate(penalty, shape) does, except that a shallower network than its `layers` ask for is
    /// taken.
    BackPropagation(const NetworkShape& shape, const SettlingPenalty& penalty, Index batch,
                    int threads = 0);
    ~BackPropagation();
    BackPropagation(const BackPropagation&) = delete;
    BackPropagation& operator=(const BackPropagation&) = delete;

    /// The loss of the samples `columns` of `data` (1 … batch of them); its gradient is then in
    /// gradient(). The data must fit the shape; see check_fits.
    BatchLoss run(const Parameters& parameters, const Dataset& data,
                  std::span<const Index> columns);
    /// Of the last run; in the order of the flat vector (ParameterLayout).
    const Parameters& gradient() const;
    Parameters& gradient();

  private:
    struct Tile;
    struct Original;
    BackPropagation(const NetworkShape& shape, std::unique_ptr<const Original> original,
                    const SettlingPenalty& penalty, Index batch, int threads);

    NetworkShape shape_;
    ParameterLayout layout_;
    std::unique_ptr<const Original> original_;  ///< null: the labels are learnt.
    int threads_;
    Index max_batch_ = 0;
    std::vector<std::unique_ptr<Tile>> tiles_;
    std::vector<double> chunk_norms_;
};

extern template class BackPropagation<float>;
extern template class BackPropagation<double>;

/// Throws InputError naming the data if their width or a label does not fit the shape.
void check_fits(const NetworkShape& shape, const Dataset& data);

}  // namespace resdyn

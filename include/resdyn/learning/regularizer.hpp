/// @file
/// What may be asked of the weights while a network is trained: a structure of W, kept exactly by
/// every step, a small largest singular value, or weights that change little from layer to layer.
///
/// What it can miss: the spectral penalty sees the largest singular value only as far as its power
/// iteration has come; the smoothness compares unit i of one layer with unit i of the next, which
/// of two-matrix blocks nothing but this penalty makes the same. Reference: antisymmetric W and
/// smoothness in depth: E. Haber, L. Ruthotto, Inverse Problems 34, 2018, sections 4 and 5;
/// spectral penalty: Y. Yoshida, T. Miyato, arXiv:1705.10941.
#pragma once

#include <string_view>
#include <vector>

#include <resdyn/model/parameters.hpp>

namespace resdyn {

/// Structure of W in one-matrix blocks.
enum class WeightStructure {
    Free,           ///< any W.
    Antisymmetric,  ///< W = K − Kᵀ − γI with K free: the flow turns, and contracts at rate γ.
    Symmetric,      ///< W = Wᵀ: the residual flow is gradient-like.
};
/// "free", "antisymmetric", "symmetric".
std::string_view to_string(WeightStructure structure);

struct RegularizerOptions {
    double weight_decay = 0.0;  ///< all matrices shrink by this × rate a step, >= 0; decoupled from
                                ///< the gradient (I. Loshchilov, F. Hutter, ICLR 2019, alg. 2).
    WeightStructure structure = WeightStructure::Free;
    double damping = 0.0;           ///< γ of Antisymmetric, finite, >= 0.
    double spectral_penalty = 0.0;  ///< s in (s/2) Σ ‖W‖₂² over the matrices of the blocks, >= 0.
    /// λ in λ L Σ ‖θ_{n+1} − θ_n‖² over n = 0 … L−2, θ_n all weights and biases of layer n; >= 0.
    /// Of a smooth θ(s), 0 <= s <= 1, it tends to λ ∫ ‖θ'‖² ds. Own weights only.
    double smoothness = 0.0;
};

/// Throws std::invalid_argument naming the option out of range, or a structure that the shape
/// cannot have (two-matrix blocks).
void validate(const RegularizerOptions& options, const NetworkShape& shape);

/// Applies the options to the flat vectors of one shape.
///
/// Method: the structured W form a linear (affine) space; gradients are projected on its
/// directions, (G ∓ Gᵀ)/2, which optimisers that act component by component keep exactly, to the
/// last bit. ‖W‖₂ comes from a power iteration that takes one step a call and remembers its vector
/// (Y. Yoshida, T. Miyato, arXiv:1705.10941, alg. 1); its gradient is s σ u vᵀ.
/// Reference: B. Chang, M. Chen, E. Haber, E. Chi, "AntisymmetricRNN", ICLR 2019, eq. 9.
template <class Scalar>
class Regularizer {
  public:
    using Parameters = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

    /// The power iteration starts from a random vector drawn with `seed`.
    Regularizer(const NetworkShape& shape, const RegularizerOptions& options, std::uint64_t seed,
                int threads = 0);

    /// Moves the parameters to the nearest that have the structure.
    void impose(Parameters& parameters) const;
    /// Adds the gradients of the penalties, then projects on the structure; returns their sum, 0
    /// if they are off.
    double adjust(const Parameters& parameters, Parameters& gradient);
    /// True if adjust changes gradients.
    bool is_active() const;
    /// Shrinks the matrices by weight_decay × rate; −γI stays.
    void decay(Parameters& parameters, double rate) const;

    /// The power iteration's vectors, one after another: what a checkpoint must hold.
    const Parameters& memory() const { return vectors_; }
    /// Goes on from there; the size must be that of memory().
    void restore(Parameters vectors);

  private:
    struct MatrixPlace {
        Index begin;
        Index rows;
        Index cols;
        bool of_block;  ///< W or A, not the read-out's or input layer's matrix.
    };
    void project(Parameters& gradient) const;
    double add_spectral(const Parameters& parameters, Parameters& gradient);
    double add_smoothness(const Parameters& parameters, Parameters& gradient) const;

    NetworkShape shape_;
    RegularizerOptions options_;
    int threads_;
    std::vector<MatrixPlace> matrices_;
    Parameters vectors_;
};

extern template class Regularizer<float>;
extern template class Regularizer<double>;

}  // namespace resdyn

/// @file
/// A network linearised along the trajectory of one input, in double: products with the Jacobian of
/// any layer and with its transpose, none of them formed.
///
///     residual network  δx_{n+1} = (I + h A D_n W) δx_n,  D_n = diag(f'(u_n)), n = 0 … L−1
///     perceptron        δx_{n+1} = D_n W_n δx_n
///
/// x_0 = U d + e, or the data. ReLU has f'(0) = 0. Cost of a product with one vector: 2MN (4MN for
/// two matrices) a layer; blocks of vectors are matrix products. What it can miss: everything
/// beyond first order; at the kink of ReLU it is one of several derivatives. Reference: A.
/// Griewank, A. Walther, Evaluating Derivatives (2nd ed., 2008), ch. 3: forward and reverse
/// products.
#pragma once

#include <vector>

#include <resdyn/model/network.hpp>

namespace resdyn {

/// What the Jacobian with respect to the input is of.
enum class Output {
    State,   ///< x_L.
    Sum,     ///< Σ = x_L − x_0: what the layers add; residual networks only.
    Logits,  ///< V x_L + c; needs a read-out.
};

class Linearization {
  public:
    /// Runs the network from the input (size D). The network must outlive this.
    Linearization(const Network& network, const Vector& input);

    Index depth() const { return static_cast<Index>(slopes_.size()); }
    Index width() const { return states_.front().size(); }
    Index input_width() const;
    Index rows(Output output) const;
    /// x_n, n = 0 … L.
    const Vector& state(Index n) const { return states_[static_cast<std::size_t>(n)]; }
    /// f'(u_n), n = 0 … L−1.
    const Vector& slopes(Index n) const { return slopes_[static_cast<std::size_t>(n)]; }

    /// δx_{n+1} from δx_n (N×k), n = 0 … L−1.
    Matrix push(Index n, const Matrix& dx) const;
    /// Its transpose: from N×k at layer n + 1 to layer n.
    Matrix pull(Index n, const Matrix& g) const;
    /// U d for changes of the input (D×k), and Uᵀ g.
    Matrix enter(const Matrix& d) const;
    Matrix leave(const Matrix& g) const;

    /// J d (d: D×k) and Jᵀ g (g: rows(output)×k) of the whole network.
    Matrix apply(Output output, const Matrix& d) const;
    Matrix apply_transposed(Output output, const Matrix& g) const;

  private:
    const Network* network_;
    std::vector<Vector> states_;
    std::vector<Vector> slopes_;
};

/// x_{n+1} from a batch of states x_n (N×B), n = 0 … L−1: the network itself, in double.
Matrix next_state(const Network& network, Index n, const Matrix& x);

}  // namespace resdyn

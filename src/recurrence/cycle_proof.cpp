#include <resdyn/recurrence/cycle_proof.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/equilibria/attracting_face.hpp>
#include <resdyn/numerics/interval.hpp>

#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr double smallest_radius = 1e-14;  // relative to the largest |u|
constexpr int most_radii = 16;             // each four times the one before
constexpr int most_squarings = 20;         // of the product of Jacobians

/// Rows times columns of intervals; row by row.
class IntervalMatrix {
  public:
    IntervalMatrix(Index rows, Index cols)
        : rows_(rows), cols_(cols), entries_(static_cast<std::size_t>(rows * cols)) {}

    Index rows() const { return rows_; }
    Index cols() const { return cols_; }
    Interval& operator()(Index i, Index j) {
        return entries_[static_cast<std::size_t>(i * cols_ + j)];
    }
    const Interval& operator()(Index i, Index j) const {
        return entries_[static_cast<std::size_t>(i * cols_ + j)];
    }

  private:
    Index rows_;
    Index cols_;
    std::vector<Interval> entries_;
};

IntervalMatrix product(const IntervalMatrix& a, const IntervalMatrix& b) {
    IntervalMatrix c(a.rows(), b.cols());
    for (Index i = 0; i < a.rows(); ++i) {
        for (Index j = 0; j < b.cols(); ++j) {
            for (Index k = 0; k < a.cols(); ++k) {
                c(i, j) += a(i, k) * b(k, j);
            }
        }
    }
    return c;
}

IntervalMatrix enclosed(const Matrix& a) {
    IntervalMatrix b(a.rows(), a.cols());
    for (Index i = 0; i < a.rows(); ++i) {
        for (Index j = 0; j < a.cols(); ++j) {
            b(i, j) = a(i, j);
        }
    }
    return b;
}

double norm(const IntervalMatrix& a) {
    double largest = 0.0;
    for (Index i = 0; i < a.rows(); ++i) {
        Interval sum(0.0);
        for (Index j = 0; j < a.cols(); ++j) {
            sum += Interval(a(i, j).size());
        }
        if (!(sum.high <= largest)) {
            largest = sum.high;  // NaN too, which proves nothing
        }
    }
    return largest;
}

Interval value_of(Activation f, const Interval& u) {
    return f == Activation::Tanh ? 2.0 * logistic(2.0 * u) - Interval(1.0) : logistic(u);
}

Interval slope_of(Activation f, const Interval& u) {
    return f == Activation::Tanh ? 4.0 * (logistic(2.0 * u) * logistic(-2.0 * u))
                                 : logistic(u) * logistic(-u);
}

/// The layers on the cycle's face, enclosed.
class EnclosedLayers {
  public:
    EnclosedLayers(const ResidualSystem& system, const Pattern& face)
        : activation_(system.activation()),
          h_(system.step()),
          free_(face.free_units()),
          block_(static_cast<Index>(free_.size()), static_cast<Index>(free_.size())),
          load_(free_.size()) {
        const IntervalMatrix W =
            system.factors() ? product(enclosed(system.factors()->B), enclosed(system.factors()->A))
                             : enclosed(system.W());
        const Levels range = levels(activation_);
        for (std::size_t k = 0; k < free_.size(); ++k) {
            for (std::size_t l = 0; l < free_.size(); ++l) {
                block_(static_cast<Index>(k), static_cast<Index>(l)) = W(free_[k], free_[l]);
            }
            for (Index j = 0; j < face.size(); ++j) {
                if (face[j] != UnitState::Free) {
                    load_[k] +=
                        W(free_[k], j) * (face[j] == UnitState::Low ? range.low : range.high);
                }
            }
        }
    }

    Index dimension() const { return static_cast<Index>(free_.size()); }

    /// u_{n+1} − u_n − h (W_FF f(u_n) + load) at points, coordinate i.
    Interval mismatch(const Matrix& u, Index n, Index i) const {
        Interval sum = load_[static_cast<std::size_t>(i)];
        for (Index j = 0; j < dimension(); ++j) {
            sum += block_(i, j) * value_of(activation_, u(j, n));
        }
        return Interval(u(i, (n + 1) % u.cols())) - Interval(u(i, n)) - h_ * sum;
    }

    /// h W_FF diag f' over the box of radius r about u_n, without the identity.
    IntervalMatrix change(const Matrix& u, Index n, double r) const {
        IntervalMatrix J(dimension(), dimension());
        for (Index j = 0; j < dimension(); ++j) {
            const Interval s = h_ * slope_of(activation_, Interval(u(j, n)) + Interval(-r, r));
            for (Index i = 0; i < dimension(); ++i) {
                J(i, j) = block_(i, j) * s;
            }
        }
        return J;
    }

  private:
    Activation activation_;
    double h_;
    std::vector<Index> free_;
    IntervalMatrix block_;
    std::vector<Interval> load_;
};

/// An approximate inverse of G'(c), in double.
Matrix approximate_inverse(const EnclosedLayers& layers, const Matrix& u) {
    const Index m = u.rows();
    const Index p = u.cols();
    Matrix J = Matrix::Zero(m * p, m * p);
    for (Index n = 0; n < p; ++n) {
        const IntervalMatrix change = layers.change(u, n, 0.0);
        J.block(n * m, (n + 1) % p * m, m, m).diagonal().array() += 1.0;
        J.block(n * m, n * m, m, m).diagonal().array() -= 1.0;
        for (Index i = 0; i < m; ++i) {
            for (Index j = 0; j < m; ++j) {
                J(n * m + i, n * m + j) -= change(i, j).low;
            }
        }
    }
    return Lu(J).inverse();
}

/// Bounds of |C G(c)|_i.
Vector newton_steps(const EnclosedLayers& layers, const Matrix& u, const Matrix& C) {
    const Index m = u.rows();
    std::vector<Interval> G;
    for (Index n = 0; n < u.cols(); ++n) {
        for (Index i = 0; i < m; ++i) {
            G.push_back(layers.mismatch(u, n, i));
        }
    }
    Vector steps(C.rows());
    for (Index i = 0; i < C.rows(); ++i) {
        Interval sum(0.0);
        for (Index j = 0; j < C.cols(); ++j) {
            sum += G[static_cast<std::size_t>(j)] * C(i, j);
        }
        steps[i] = sum.size();
    }
    return steps;
}

/// Bounds of Σ_j |I − C G'(X)|_ij. Column block n of G' holds −(I + change) in row block n and I in
/// row block n − 1 (p = 1: both in one).
Vector contractions(const EnclosedLayers& layers, const Matrix& u, const Matrix& C, double r) {
    const Index m = u.rows();
    const Index p = u.cols();
    std::vector<Interval> sums(static_cast<std::size_t>(m * p));
    for (Index n = 0; n < p; ++n) {
        const IntervalMatrix change = layers.change(u, n, r);
        const Index before = (n + p - 1) % p;
        for (Index i = 0; i < m * p; ++i) {
            for (Index j = 0; j < m; ++j) {
                Interval entry = Interval(C(i, before * m + j)) - Interval(C(i, n * m + j));
                for (Index k = 0; k < m; ++k) {
                    entry -= change(k, j) * C(i, n * m + k);
                }
                const Interval rest = Interval(i == n * m + j ? 1.0 : 0.0) - entry;
                sums[static_cast<std::size_t>(i)] += Interval(rest.size());
            }
        }
    }
    Vector bounds(m * p);
    for (Index i = 0; i < m * p; ++i) {
        bounds[i] = sums[static_cast<std::size_t>(i)].high;
    }
    return bounds;
}

/// steps_i + contractions_i r < r for every i, rounding included.
bool holds(const Vector& steps, const Vector& bounds, double r) {
    for (Index i = 0; i < steps.size(); ++i) {
        const Interval used = Interval(steps[i]) + Interval(bounds[i]) * r;
        if (!(used.high < r)) {
            return false;
        }
    }
    return true;
}

/// Smallest over the primes q | p of the largest |c_n − c_{n+p/q}|, rounded down.
double separation(const Matrix& u) {
    const Index p = u.cols();
    double smallest = std::numeric_limits<double>::infinity();
    Index rest = p;
    for (Index q = 2; q <= rest; ++q) {
        if (rest % q != 0) {
            continue;
        }
        while (rest % q == 0) {
            rest /= q;
        }
        double farthest = 0.0;
        for (Index n = 0; n < p; ++n) {
            for (Index i = 0; i < u.rows(); ++i) {
                const Interval apart = Interval(u(i, n)) - Interval(u(i, (n + p / q) % p));
                farthest = std::max({farthest, apart.low, -apart.high});
            }
        }
        smallest = std::min(smallest, farthest);
    }
    return smallest;
}

/// A power of the product of the Jacobians over the box has a norm below 1.
bool attracts(const EnclosedLayers& layers, const Matrix& u, double r) {
    const Index m = u.rows();
    IntervalMatrix all = enclosed(Matrix::Identity(m, m));
    for (Index n = 0; n < u.cols(); ++n) {
        IntervalMatrix J = layers.change(u, n, r);
        for (Index i = 0; i < m; ++i) {
            J(i, i) += Interval(1.0);
        }
        all = product(J, all);
    }
    for (int k = 0; k < most_squarings; ++k) {
        if (norm(all) < 1.0) {
            return true;
        }
        all = product(all, all);
    }
    return false;
}

}  // namespace

CycleProof prove_map_cycle(const ResidualSystem& system, const MapCycle& cycle) {
    CycleProof proof;
    proof.centre = cycle.u;
    const EnclosedLayers layers(system, cycle.face);
    const Matrix C = approximate_inverse(layers, cycle.u);
    if (!C.allFinite()) {
        proof.reason = "the equations are singular";
        return proof;
    }
    const Vector steps = newton_steps(layers, cycle.u, C);
    double r = std::max(4.0 * steps.maxCoeff(),
                        smallest_radius * std::max(1.0, cycle.u.cwiseAbs().maxCoeff()));
    for (int k = 0; k < most_radii && !proof.proved; ++k) {
        const Vector bounds = contractions(layers, cycle.u, C, r);
        proof.contraction = bounds.maxCoeff();
        proof.proved = holds(steps, bounds, r);
        proof.radius = r;
        if (!(proof.contraction < 1.0)) {
            break;
        }
        r *= 4.0;
    }
    if (!proof.proved) {
        proof.reason = "Krawczyk's operator does not map the box into itself";
        return proof;
    }
    proof.separation = separation(cycle.u);
    proof.minimal = proof.separation > 2.0 * outward::above(proof.radius);
    if (!proof.minimal) {
        proof.reason = "points of the cycle are too near each other to tell the minimal period";
        return proof;
    }
    proof.attracting = attracts(layers, cycle.u, proof.radius);
    if (proof.attracting) {
        const auto face = AttractingFaceSolver(system).decide(cycle.face);
        proof.attracts_in_cube = face && face->is_isolated() && face->is_transversally_stable();
    }
    return proof;
}

}  // namespace resdyn

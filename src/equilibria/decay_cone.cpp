#include <resdyn/equilibria/decay_cone.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>

#include "numerics/decompositions.hpp"
#include "rounded_weights.hpp"
#include "rounding.hpp"

namespace resdyn {

namespace {

/// v and W are within one rounding of the exact ones.
Interval rounded(double x) {
    return Interval(x) * Interval(1.0 - outward::share, 1.0 + outward::share);
}

using IntervalMatrix = std::vector<std::vector<Interval>>;

std::size_t at(Index i) {
    return static_cast<std::size_t>(i);
}

IntervalMatrix interval_zero(Index n) {
    return IntervalMatrix(at(n), std::vector<Interval>(at(n), Interval(0.0)));
}

/// Every symmetric matrix of `M` (its lower triangle) is positive definite: proved by the pivots of
/// Cholesky without roots.
bool is_positive_definite(IntervalMatrix M) {
    const std::size_t n = M.size();
    for (std::size_t k = 0; k < n; ++k) {
        if (!(M[k][k].low > 0.0)) {
            return false;
        }
        for (std::size_t i = k + 1; i < n; ++i) {
            const Interval factor = M[i][k] / M[k][k];
            for (std::size_t j = k + 1; j <= i; ++j) {
                M[i][j] -= factor * M[j][k];
            }
        }
    }
    return true;
}

IntervalMatrix product(const IntervalMatrix& a, const IntervalMatrix& b) {
    const auto n = static_cast<Index>(a.size());
    IntervalMatrix c = interval_zero(n);
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = 0; j < a.size(); ++j) {
            for (std::size_t k = 0; k < a.size(); ++k) {
                c[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    return c;
}

IntervalMatrix transposed(const IntervalMatrix& a) {
    IntervalMatrix c = a;
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = 0; j < a.size(); ++j) {
            c[i][j] = a[j][i];
        }
    }
    return c;
}

IntervalMatrix interval_matrix(const Matrix& M) {
    IntervalMatrix c = interval_zero(M.rows());
    for (Index i = 0; i < M.rows(); ++i) {
        for (Index j = 0; j < M.cols(); ++j) {
            c[at(i)][at(j)] = Interval(M(i, j));
        }
    }
    return c;
}

double root_above(double x) {
    return outward::above(std::sqrt(std::max(x, 0.0)));
}

/// |x|_P, at most.
double length(const Matrix& P, const std::vector<Interval>& x) {
    Interval sum(0.0);
    for (std::size_t i = 0; i < x.size(); ++i) {
        for (std::size_t j = 0; j < x.size(); ++j) {
            sum += (x[i] * x[j]) * P(static_cast<Index>(i), static_cast<Index>(j));
        }
    }
    return root_above(sum.high);
}

/// X with M X + X Mᵀ + Q = 0.
Matrix lyapunov(const Matrix& M, const Matrix& Q) {
    const Index k = M.rows();
    Matrix system = Matrix::Zero(k * k, k * k);
    for (Index i = 0; i < k; ++i) {
        for (Index j = 0; j < k; ++j) {
            for (Index l = 0; l < k; ++l) {
                system(i + k * j, l + k * j) += M(i, l);
                system(i + k * j, i + k * l) += M(j, l);
            }
        }
    }
    const Vector x = Lu(system).solve(-Q.reshaped());
    return x.reshaped(k, k);
}

/// Metrics to try; which are any good is proved afterwards. One is that of the eigenvectors of J.
/// The others are ellipsoids X that hold what the slowest unit outside forces on w, b its column of
/// W: (J + α) X + X (J + α)ᵀ + b bᵀ + ε = 0 (Boyd, El Ghaoui, Feron, Balakrishnan, Linear Matrix
/// Inequalities in System and Control Theory, 1994, §6.1.3).
std::vector<Matrix> metrics(const Matrix& W, const DecayDirection& direction) {
    const auto k = static_cast<Index>(direction.units.size());
    const Vector v = direction.v(direction.units);
    const Matrix J = W(direction.units, direction.units) * v.asDiagonal();
    const Eigenpairs eigen = eigenpairs(J);
    if (!eigen.converged) {
        return {};
    }
    const double slowest = -eigen.values.real().maxCoeff();
    const ComplexMatrix inverse = ComplexLu(eigen.vectors).inverse();
    std::vector<Matrix> list{(inverse.adjoint() * inverse).real()};
    Vector b = Vector::Zero(k);
    double rate = -std::numeric_limits<double>::infinity();
    for (Index j = 0; j < W.rows(); ++j) {
        const double own = 1.0 + W.row(j).dot(direction.v);
        if (!std::binary_search(direction.units.begin(), direction.units.end(), j) && own > rate) {
            rate = own;
            b = W(direction.units, j);
        }
    }
    for (const double share : {0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}) {
        for (const double rest : {1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0}) {
            const Matrix M = J + share * slowest * Matrix::Identity(k, k);
            const Matrix Q = b * b.transpose() +
                             (rest * std::max(b.squaredNorm(), 1.0) * Matrix::Identity(k, k));
            list.emplace_back(Lu(lyapunov(M, Q)).inverse());
        }
    }
    return list;
}

}  // namespace

/// What the set of size ρ asks for.
struct DecayCone::Demands {
    double room = 0.0;     ///< α ρ − |n|_P without the units outside: what Σ b t e^u may be.
    double outside = 0.0;  ///< what it may be for the units outside to fall.
};

std::optional<DecayCone> DecayCone::make(const ResidualSystem& system,
                                         const DecayDirection& direction, Clock clock) {
    if (system.activation() != Activation::Logistic) {
        reject_argument("DecayCone", "a logistic system", to_string(system.activation()));
    }
    const Index n = system.dimension();
    if (direction.units.empty() || direction.v.size() != n) {
        reject_argument("DecayCone", "a direction of this system", "another");
    }
    const Matrix W = rounded_weights(system);
    DecayCone cone;
    cone.direction_ = direction;
    cone.clock_ = clock;
    cone.v_ = direction.v(direction.units);
    if (!(cone.v_.minCoeff() > 0.0)) {
        return std::nullopt;
    }
    for (Index j = 0; j < n; ++j) {
        if (!std::binary_search(direction.units.begin(), direction.units.end(), j)) {
            cone.others_.push_back(j);
        }
    }
    for (const double v : cone.v_) {
        cone.log_v_.push_back(log(rounded(v)));
    }
    const double step = clock == Clock::Map ? system.step() : 0.0;
    std::optional<DecayCone> best;
    for (const Matrix& P : metrics(W, direction)) {
        DecayCone trial = cone;
        if (trial.find_metric(W, step, P) && trial.choose_size(W, step) &&
            (!best || trial.room() > best->room())) {
            best = std::move(trial);
        }
    }
    return best;
}

/// What the set leaves the slowest unit outside.
double DecayCone::room() const {
    Index slowest = -1;
    double rate = -std::numeric_limits<double>::infinity();
    for (std::size_t l = 0; l < others_.size(); ++l) {
        if (outside_rate_[l] > rate) {
            rate = outside_rate_[l];
            slowest = static_cast<Index>(l);
        }
    }
    return slowest < 0 ? outside_ : outside_ / weight_[slowest];
}

/// P, α and the smallest t, with PJ + JᵀP + 2 α P negative definite.
bool DecayCone::find_metric(const Matrix& W, double step, const Matrix& P_guess) {
    const auto k = static_cast<Index>(direction_.units.size());
    const Matrix J = W(direction_.units, direction_.units) * v_.asDiagonal();
    P_ = 0.5 * (P_guess + P_guess.transpose());
    P_ /= P_.diagonal().maxCoeff();
    if (!P_.allFinite()) {
        return false;
    }
    const Matrix fall = -0.5 * (P_ * J + J.transpose() * P_);
    const std::optional<Vector> rates = generalized_eigenvalues(fall, P_);
    if (!rates) {
        return false;
    }
    const double slowest = rates->minCoeff();

    IntervalMatrix exact_J = interval_zero(k);
    for (Index i = 0; i < k; ++i) {
        for (Index j = 0; j < k; ++j) {
            exact_J[at(i)][at(j)] =
                rounded(W(direction_.units[at(i)], direction_.units[at(j)])) * rounded(v_[j]);
        }
    }
    const IntervalMatrix P = interval_matrix(P_);
    const IntervalMatrix PJ = product(P, exact_J);
    double alpha = 0.99 * slowest;
    const auto falls = [&] {
        IntervalMatrix M = interval_zero(k);
        for (std::size_t i = 0; i < M.size(); ++i) {
            for (std::size_t j = 0; j < M.size(); ++j) {
                M[i][j] = -(PJ[i][j] + PJ[j][i]) - P[i][j] * (2.0 * alpha);
            }
        }
        return is_positive_definite(M);
    };
    constexpr int most_tries = 8;
    int tried = 0;
    for (; tried < most_tries && alpha > 0.0 && !falls(); ++tried) {
        alpha *= 0.7;
    }
    if (!(alpha > 0.0) || tried == most_tries || !is_positive_definite(P)) {
        return false;
    }

    // |J w|_P <= β |w|_P.
    const IntervalMatrix JPJ = product(transposed(exact_J), PJ);
    double beta = std::max(1.0, J.norm());
    for (tried = 0; tried < most_tries; ++tried, beta *= 1.5) {
        IntervalMatrix M = interval_zero(k);
        for (std::size_t i = 0; i < M.size(); ++i) {
            for (std::size_t j = 0; j < M.size(); ++j) {
                M[i][j] = P[i][j] * (Interval(beta) * Interval(beta)) - JPJ[i][j];
            }
        }
        if (is_positive_definite(M)) {
            break;
        }
    }
    if (tried == most_tries) {
        return false;
    }
    // |I + τJ|_P <= 1 − (α − τ β² / 2) τ: for t >= earliest a hundredth of α is lost to the step.
    constexpr double lost = 0.01;
    constexpr double least_time = 1e8;
    earliest_ = std::max(least_time, step * beta * beta / (2.0 * lost * alpha) * bound_slack);
    alpha_ = alpha * (1.0 - lost) / bound_slack;

    reach_.resize(k);
    const Matrix guess = Lu(P_).inverse();
    // |r · w| <= d |w|_P, proved by d² P − r rᵀ positive definite.
    const auto dual_length = [&](const std::vector<Interval>& r) {
        Vector middle(k);
        for (Index i = 0; i < k; ++i) {
            middle[i] = 0.5 * (r[at(i)].low + r[at(i)].high);
        }
        constexpr double wider = 1.0 + 1e-6;
        const double d =
            std::sqrt(std::max(middle.dot(guess * middle), 0.0)) * wider + underflow_cover;
        const Interval square = Interval(d) * Interval(d);
        IntervalMatrix M = interval_zero(k);
        for (std::size_t i = 0; i < M.size(); ++i) {
            for (std::size_t j = 0; j < M.size(); ++j) {
                M[i][j] = P[i][j] * square - r[i] * r[j];
            }
        }
        return is_positive_definite(M) ? d : std::numeric_limits<double>::infinity();
    };
    for (Index i = 0; i < k; ++i) {
        std::vector<Interval> coordinate(at(k), Interval(0.0));
        coordinate[at(i)] = Interval(1.0);
        reach_[i] = dual_length(coordinate);
    }
    pull_.clear();
    outside_rate_.clear();
    for (const Index j : others_) {
        Interval rate(1.0);
        std::vector<Interval> row;
        for (Index i = 0; i < k; ++i) {
            row.push_back(rounded(W(j, direction_.units[at(i)])) * rounded(v_[i]));
            rate += row.back();
        }
        const bool acts =
            std::any_of(row.begin(), row.end(), [](const Interval& w) { return w.size() > 0.0; });
        pull_.push_back(acts ? dual_length(row) : 0.0);
        outside_rate_.push_back(rate.high);
    }
    return reach_.allFinite();
}

DecayCone::Demands DecayCone::demands(const Matrix& W, double step, double rho) const {
    const auto& K = direction_.units;
    const auto k = static_cast<Index>(K.size());
    const Interval earliest(earliest_);
    // e^w − 1 − w over the ellipsoid, with what t y lacks of t e^u.
    std::vector<double> curved;
    for (Index i = 0; i < k; ++i) {
        const Interval omega(reach_[i] * rho * bound_slack);
        const Interval power = exp(omega);
        const Interval lacking = power * power * rounded(v_[i]) / earliest;
        curved.push_back((omega * omega * power * 0.5 + lacking).high);
    }
    double forced = 0.0;
    for (Index i = 0; i < k; ++i) {
        std::vector<Interval> column;
        for (const Index row : K) {
            column.push_back(rounded(W(row, K[at(i)])) * rounded(v_[i]));
        }
        forced += length(P_, column) * curved[at(i)];
    }
    // W_KK v + 1, 0 but for rounding, and log(1 + h/t) t/h in [1 − h/2t, 1].
    std::vector<Interval> rest;
    for (const Index row : K) {
        Interval sum = Interval(1.0);
        for (Index i = 0; i < k; ++i) {
            sum += rounded(W(row, K[at(i)])) * rounded(v_[i]);
        }
        rest.push_back(sum + Interval(-step / earliest_, 0.0));
    }
    forced += length(P_, rest);
    Demands demands;
    demands.room = (alpha_ * rho - forced * bound_slack) / bound_slack;
    demands.outside = std::numeric_limits<double>::infinity();
    for (std::size_t one = 0; one < others_.size(); ++one) {
        const Index j = others_[one];
        double curve = 0.0;
        for (Index i = 0; i < k; ++i) {
            curve += std::abs(W(j, K[at(i)])) * v_[i] * curved[at(i)];
        }
        const double rate =
            outside_rate_[one] + (pull_[one] * rho + curve) * (bound_slack * bound_slack);
        double helped = 0.0;  // the largest W_jl / b_l
        for (std::size_t l = 0; l < others_.size(); ++l) {
            helped = std::max(helped, W(j, others_[l]) / weight_[static_cast<Index>(l)]);
        }
        constexpr double strictly = 0.999;  // the rest is what makes it fall
        const double left = -rate * strictly;
        if (!(left > 0.0)) {
            return {};
        }
        demands.outside =
            std::min(demands.outside, helped > 0.0 ? left / (helped * bound_slack)
                                                   : std::numeric_limits<double>::infinity());
    }
    return demands;
}

bool DecayCone::choose_size(const Matrix& W, double step) {
    constexpr double least_weight = 1e-6;
    weight_.resize(static_cast<Index>(others_.size()));
    for (std::size_t l = 0; l < others_.size(); ++l) {
        std::vector<Interval> column;
        for (const Index row : direction_.units) {
            column.push_back(rounded(W(row, others_[l])));
        }
        weight_[static_cast<Index>(l)] = length(P_, column) + least_weight;
    }
    constexpr double largest_rho = 4.0;
    constexpr double finer = 0.9;
    for (double rho = largest_rho; rho > 1e-6; rho *= finer) {
        const Demands asked = demands(W, step, rho);
        const double outside = std::min(asked.room, asked.outside);
        if (outside > outside_) {
            outside_ = outside;
            rho_ = rho;
        }
    }
    if (!(outside_ > 0.0)) {
        return false;
    }
    residuals_.assign(static_cast<std::size_t>(direction_.v.size()), Interval(0.0));
    for (std::size_t i = 0; i < direction_.units.size(); ++i) {
        const auto row = static_cast<Index>(i);
        const Interval omega(reach_[row] * rho_ * bound_slack);
        const Interval most = rounded(v_[row]) * exp(omega);
        const Interval least =
            rounded(v_[row]) * exp(-omega) * (Interval(1.0) - most / Interval(earliest_));
        residuals_[at(direction_.units[i])] = Interval(least.low, most.high);
    }
    for (std::size_t l = 0; l < others_.size(); ++l) {
        residuals_[at(others_[l])] =
            Interval(0.0, outside_ / weight_[static_cast<Index>(l)] * bound_slack);
    }
    return true;
}

bool DecayCone::contains(const Vector& u, const Vector& radius) const {
    const auto k = static_cast<Index>(direction_.units.size());
    Vector apart(k);
    for (Index i = 0; i < k; ++i) {
        apart[i] = u[direction_.units[at(i)]] - std::log(v_[i]);
    }
    // The t that makes |w|_P least; any would do.
    const Vector row = P_.colwise().sum().transpose();
    const double log_t = -row.dot(apart) / row.sum();
    if (!(exp(Interval(log_t)).low >= earliest_)) {
        return false;
    }
    std::vector<Interval> w;
    for (Index i = 0; i < k; ++i) {
        const Index unit = direction_.units[at(i)];
        w.push_back(Interval(u[unit]) + Interval(-radius[unit], radius[unit]) - log_v_[at(i)] +
                    Interval(log_t));
    }
    if (!(length(P_, w) <= rho_)) {
        return false;
    }
    Interval outside(0.0);
    for (std::size_t l = 0; l < others_.size(); ++l) {
        const Index unit = others_[l];
        outside += exp(Interval(u[unit]) + Interval(radius[unit]) + Interval(log_t)) *
                   weight_[static_cast<Index>(l)];
    }
    return outside.high <= outside_;
}

}  // namespace resdyn

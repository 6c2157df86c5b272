#include <resdyn/interaction/dissipativity.hpp>

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>

#include <resdyn/core/error.hpp>

#include "numerics/decompositions.hpp"
#include "numerics/exact.hpp"

namespace resdyn {

namespace {

constexpr double unit_roundoff = std::numeric_limits<double>::epsilon() / 2;
constexpr double path_factor = 6.0;    ///< growth of τ from one central point to the next.
constexpr double smallest_gap = 1e-9;  ///< of t, where the search gives up; W has norm 1.
constexpr double margin_share = 0.1;   ///< gap, relative to t < 0, at which P is good enough.

double log_sum(const Vector& v) {
    double sum = 0.0;
    for (const double one : v) {
        sum += std::log(one);
    }
    return sum;
}

/// Sign of w_ii w_jj − w_ij w_ji, exactly.
int minor_sign(const Matrix& W, Index i, Index j) {
    const double a = W(i, i) * W(j, j);
    const double b = W(i, j) * W(j, i);
    const double d = a - b;
    const bool small = std::abs(a) + std::abs(b) < 1e-280;  // products may have underflowed
    if (!small && std::abs(d) > 4 * unit_roundoff * (std::abs(a) + std::abs(b))) {
        return d > 0 ? 1 : -1;
    }
    const auto M = exact::binary_matrix(Matrix{{W(i, i), W(i, j)}, {W(j, i), W(j, j)}}).entries;
    return exact::sign(exact::Integer(M(0, 0) * M(1, 1) - M(0, 1) * M(1, 0)));
}

std::optional<std::string> cheap_obstruction(const Matrix& W) {
    for (Index i = 0; i < W.rows(); ++i) {
        if (W(i, i) >= 0) {
            return fmt::format("w[{0},{0}] = {1:.6g} >= 0", i, W(i, i));
        }
    }
    for (Index i = 0; i < W.rows(); ++i) {
        for (Index j = i + 1; j < W.cols(); ++j) {
            if (minor_sign(W, i, j) <= 0) {
                return fmt::format(
                    "the principal minor of units {} and {}, {:.6g}, is not positive", i, j,
                    W(i, i) * W(j, j) - W(i, j) * W(j, i));
            }
        }
    }
    return std::nullopt;
}

/// The central path of min t: φ = τt − log det(tI − S(p)) − Σ log p_i on Σ p_i = N, with
/// S(p) = Σ p_i A_i, A_i = (a_i w_iᵀ + w_i a_iᵀ)/2, w_i the rows of W and a_i = e_i + c w_i.
class CentralPath {
  public:
    CentralPath(const Matrix& W, double c)
        : n_(W.rows()),
          R_(W.transpose()),
          M_(c * R_ + Matrix::Identity(n_, n_)),
          p_(Vector::Ones(n_)) {
        t_ = form(p_).norm() + 1.0;
        factor();
    }

    const Vector& p() const { return p_; }
    double t() const { return t_; }
    double tau() const { return tau_; }
    void raise_tau() { tau_ *= path_factor; }
    /// (tI − S)⁻¹: on the path with t > 0, a multiple of a dual certificate.
    const Matrix& dual() const { return Z_; }

    /// One damped Newton step; returns the squared decrement.
    double step() {
        const Matrix ZR = Z_ * R_;
        const Matrix ZM = Z_ * M_;
        const Matrix K = M_.transpose() * ZR;
        Matrix H(n_ + 1, n_ + 1);
        H.topLeftCorner(n_, n_) = 0.5 * (K.cwiseProduct(K.transpose()) +
                                         (M_.transpose() * ZM).cwiseProduct(R_.transpose() * ZR));
        H.topLeftCorner(n_, n_).diagonal() += p_.cwiseAbs2().cwiseInverse();
        const Vector coupling = -ZM.cwiseProduct(ZR).colwise().sum().transpose();
        H.col(n_).head(n_) = coupling;
        H.row(n_).head(n_) = coupling.transpose();
        H(n_, n_) = Z_.squaredNorm();
        Vector gradient(n_ + 1);
        gradient.head(n_) = K.diagonal() - p_.cwiseInverse();
        gradient[n_] = tau_ - Z_.trace();
        Vector ones = Vector::Ones(n_ + 1);  // the constraint Σ p_i = N
        ones[n_] = 0.0;
        const Ldlt solver(H);
        const Vector a = solver.solve(gradient);
        const Vector b = solver.solve(ones);
        const Vector move = -(a - (ones.dot(a) / ones.dot(b)) * b);
        const double decrement = -gradient.dot(move);
        const Vector p = p_;
        const double t = t_;
        const double before = value();
        constexpr int most_halvings = 33;  // steps down to 1e-10
        for (int halvings = 0; halvings <= most_halvings; ++halvings) {
            const double length = std::ldexp(1.0, -halvings);
            p_ = p + length * move.head(n_);
            t_ = t + length * move[n_];
            if (p_.minCoeff() > 0 && factor() && value() <= before - 0.1 * length * decrement) {
                return decrement;
            }
        }
        p_ = p;
        t_ = t;
        factor();
        return 0.0;  // rounding is all that is left
    }

  private:
    Matrix form(const Vector& p) const {
        const Matrix half = M_ * p.asDiagonal() * R_.transpose();
        return 0.5 * (half + half.transpose());
    }

    bool factor() {
        Matrix slack = -form(p_);
        slack.diagonal().array() += t_;
        const Cholesky llt(slack);
        if (!llt.succeeded()) {
            return false;
        }
        log_det_ = 2.0 * log_sum(llt.factor().diagonal());
        Z_ = llt.solve(Matrix::Identity(n_, n_));
        Z_ = (0.5 * (Z_ + Z_.transpose())).eval();
        return std::isfinite(log_det_) && Z_.allFinite();
    }

    double value() const { return tau_ * t_ - log_det_ - log_sum(p_); }

    Index n_;
    Matrix R_;  ///< columns w_i.
    Matrix M_;  ///< columns a_i.
    Vector p_;
    double t_ = 0.0;
    double tau_ = 1.0;
    double log_det_ = 0.0;
    Matrix Z_;
};

/// Frobenius norm of the rounding errors in dissipation_form, generously.
double form_error(const Matrix& W, const Vector& p, double c) {
    const Matrix PW = (p.asDiagonal() * W).cwiseAbs();
    double error = 4 * PW.norm();
    if (c > 0) {
        error += static_cast<double>(W.rows() + 6) * c * (W.cwiseAbs().transpose() * PW).norm();
    }
    return 2 * unit_roundoff * error;
}

/// X = LLᵀ with the computed factor of Z is positive semidefinite and nonzero whatever the
/// rounding; what is left is (W X)_ii + c (W X Wᵀ)_ii > 0, with a running error bound.
bool certifies_impossibility(const Matrix& W, double c, const Matrix& Z) {
    const Cholesky llt(Z / Z.trace());
    if (!llt.succeeded()) {
        return false;
    }
    const Matrix L = llt.factor();
    const Matrix WL = W * L;
    const Matrix bound_WL = W.cwiseAbs() * L.cwiseAbs();
    const double gamma = 4 * static_cast<double>(W.rows() + 4) * unit_roundoff;
    for (Index i = 0; i < W.rows(); ++i) {
        const double value = WL.row(i).dot(L.row(i)) + c * WL.row(i).squaredNorm();
        const double size =
            bound_WL.row(i).dot(L.row(i).cwiseAbs()) + c * bound_WL.row(i).squaredNorm();
        if (!(value > gamma * size)) {
            return false;
        }
    }
    return true;
}

void search(const Matrix& W, const DissipativityOptions& options, Dissipativity& result) {
    const double scale = W.norm();
    const Matrix scaled = W / scale;
    const double c = options.coupling * scale;
    const auto n = static_cast<double>(W.rows());
    CentralPath path(scaled, c);
    while (result.steps < options.max_steps) {
        ++result.steps;
        if (path.step() > 0.05) {
            continue;
        }
        const double gap = 2 * n / path.tau();  // t − min t on the central path
        if (path.t() < 0 && gap <= margin_share * -path.t()) {
            break;
        }
        if (path.t() > gap && certifies_impossibility(scaled, c, path.dual())) {
            result.status = DissipativityStatus::Impossible;
            result.proof = fmt::format(
                "dual certificate: a positive semidefinite X with (WX)_ii {}> 0 for all i",
                c > 0 ? "+ c (WXW')_ii " : "");
            result.largest_eigenvalue = path.t() * scale;
            return;
        }
        if (gap < smallest_gap) {
            break;
        }
        path.raise_tau();
    }
    result.largest_eigenvalue = path.t() * scale;
    result.proof = fmt::format(
        "searched in {} Newton steps: the smallest largest eigenvalue reached is {:.3g}",
        result.steps, result.largest_eigenvalue);
    if (path.t() >= 0) {
        return;
    }
    // The path's t bounds the form only to rounding; shrink it until a proof goes through.
    const Matrix form = dissipation_form(W, path.p(), options.coupling);
    const double error = form_error(W, path.p(), options.coupling);
    for (double share : {0.999, 0.9, 0.5, 0.1, 0.0}) {
        Matrix S = -form;
        S.diagonal().array() -= share * -result.largest_eigenvalue;
        if (is_verified_positive_definite(S, error + unit_roundoff * form.norm())) {
            result.status = DissipativityStatus::Found;
            result.p = path.p();
            result.largest_eigenvalue *= share;
            result.proof = fmt::format(
                "verified by Cholesky with a rounding bound: largest eigenvalue <= {:.4g}, P of "
                "mean 1",
                result.largest_eigenvalue);
            return;
        }
    }
}

}  // namespace

std::string_view to_string(DissipativityStatus status) {
    switch (status) {
        case DissipativityStatus::Found:
            return "found";
        case DissipativityStatus::Impossible:
            return "impossible";
        case DissipativityStatus::NotFound:
            return "not_found";
    }
    return "unknown";
}

Matrix dissipation_form(const Matrix& W, const Vector& p, double coupling) {
    const Matrix PW = p.asDiagonal() * W;
    Matrix form = 0.5 * (PW + PW.transpose());
    if (coupling > 0) {
        const Matrix square = W.transpose() * PW;
        form += (0.5 * coupling) * (square + square.transpose());
    }
    return form;
}

bool is_verified_positive_definite(const Matrix& S, double entry_error) {
    const double trace = S.trace();
    if (!(trace > 0) || !S.allFinite()) {
        return false;
    }
    // Rump 2006: if Cholesky of S − cI runs to its end with c ≥ Σ γ_{i+1} s_ii / (1 − γ_{i+1}),
    // S is positive definite. Twice that covers the subtraction and the bound's own rounding.
    const double gamma = static_cast<double>(S.rows() + 2) * unit_roundoff;
    const double c = 2 * gamma / (1 - 2 * gamma) * trace + entry_error +
                     4 * unit_roundoff * S.diagonal().cwiseAbs().maxCoeff() +
                     1e3 * static_cast<double>(S.rows()) * std::numeric_limits<double>::min();
    Matrix shifted = S;
    shifted.diagonal().array() -= c;
    return Cholesky(shifted).succeeded();
}

Dissipativity find_dissipativity(const Matrix& W, const DissipativityOptions& options) {
    if (W.rows() != W.cols() || W.rows() < 1 || !W.allFinite()) {
        reject_argument("find_dissipativity", "a square matrix of finite numbers",
                        fmt::format("{}x{}", W.rows(), W.cols()));
    }
    if (!(options.coupling >= 0) || options.search_up_to < 0 || options.max_steps < 1) {
        reject_argument("find_dissipativity", "coupling, search_up_to >= 0 and max_steps >= 1",
                        "another value");
    }
    Dissipativity result;
    if (const auto obstruction = cheap_obstruction(W)) {
        result.status = DissipativityStatus::Impossible;
        result.proof = *obstruction;
    } else if (W.rows() > options.search_up_to) {
        result.proof = fmt::format("not searched: N = {} > {}, and no cheap proof of impossibility",
                                   W.rows(), options.search_up_to);
        result.largest_eigenvalue = std::numeric_limits<double>::quiet_NaN();
    } else {
        search(W, options, result);
    }
    return result;
}

}  // namespace resdyn

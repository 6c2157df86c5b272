#include "decision_bounds.hpp"

#include "equilibria/rounding.hpp"

namespace resdyn {

DecisionBounds::DecisionBounds(const ResidualNetwork& network, const Vector& x0) {
    const Matrix& V = network.readout.M;
    const Matrix V_size = V.cwiseAbs();
    const double gamma = rounding_gamma(V.cols() + 4) * bound_slack;
    start_ = V * x0 + network.readout.v;
    start_error_ =
        (gamma * (V_size * x0.cwiseAbs() + network.readout.v.cwiseAbs())).array() + underflow_cover;
    const ResidualBlock& block = network.blocks.front();
    if (block.A) {
        VA_ = V * *block.A;
        VA_error_ = (gamma * (V_size * block.A->cwiseAbs())).array() + underflow_cover;
    } else {
        VA_ = V;
        VA_error_ = Matrix::Zero(V.rows(), V.cols());
    }
}

Interval DecisionBounds::evidence_lead(int a, int b, const std::vector<Interval>& y) const {
    Interval lead(0.0);
    for (Index k = 0; k < VA_.cols(); ++k) {
        const Interval weight =
            (Interval(VA_(a, k)) - Interval(VA_(b, k))) +
            Interval(-1.0, 1.0) * (VA_error_(a, k) + VA_error_(b, k)) * bound_slack;
        lead += weight * y[static_cast<std::size_t>(k)];
    }
    return lead;
}

Interval DecisionBounds::lead(int a, int b, const Vector& q, const Vector& radius) const {
    std::vector<Interval> box;
    for (Index k = 0; k < q.size(); ++k) {
        box.push_back(Interval(q[k]) + Interval(-radius[k], radius[k]));
    }
    const double error = (start_error_[a] + start_error_[b]) * bound_slack;
    return (Interval(start_[a]) - Interval(start_[b])) + Interval(-error, error) +
           evidence_lead(a, b, box);
}

bool DecisionBounds::leads(int one, const Vector& q, const Vector& radius) const {
    for (int other = 0; other < static_cast<int>(classes()); ++other) {
        if (other != one && !(lead(one, other, q, radius).low > 0.0)) {
            return false;
        }
    }
    return true;
}

int DecisionBounds::leader(const Vector& q, const Vector& radius) const {
    Index best = 0;
    (start_ + VA_ * q).maxCoeff(&best);
    return leads(static_cast<int>(best), q, radius) ? static_cast<int>(best) : -1;
}

bool DecisionBounds::is_overtaken(int one, const Vector& q, const Vector& radius) const {
    for (int other = 0; other < static_cast<int>(classes()); ++other) {
        if (other != one && lead(other, one, q, radius).low > 0.0) {
            return true;
        }
    }
    return false;
}

int DecisionBounds::favoured(const std::vector<Interval>& y) const {
    for (int one = 0; one < static_cast<int>(classes()); ++one) {
        bool all = true;
        for (int other = 0; other < static_cast<int>(classes()) && all; ++other) {
            all = other == one || evidence_lead(one, other, y).low > 0.0;
        }
        if (all) {
            return one;
        }
    }
    return -1;
}

}  // namespace resdyn

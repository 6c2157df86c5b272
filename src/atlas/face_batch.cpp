#include "face_batch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "equilibria/spectral_discs.hpp"

namespace resdyn {

FaceBatch::FaceBatch(const FilterWeights& weights, const PrincipalMinors& minors)
    : weights_(weights), minors_(minors), inertia_(minors) {}

void FaceBatch::begin(const FreeSet& set) {
    const Index n = weights_.dimension();
    const std::uint32_t all = all_units(n);
    set_ = &set;
    free_ = UnitList(set.mask);
    saturated_ = UnitList(all & ~set.mask);
    inertia_begun_ = false;
    // |Σ_j w_ij y_j − fl(…)| with |y| ≤ 1 + error: data and rounding. A row of zeros has the rate 0
    // exactly, and the bound 0 says so.
    double largest = 0.0;
    UnitRow from_y;
    for (const std::size_t f : free_) {
        largest = std::max(largest, set.error[f]);
        for (std::size_t p = 0; p < packs_of(n); ++p) {
            from_y.set_pack(p,
                            from_y.pack(p) + set.error[f] * weights_.magnitude_columns[f].pack(p));
        }
    }
    const double gamma = rounding_gamma(n + 3) + 2.0 * weights_.entry_error;
    for (const std::size_t i : saturated_) {
        const double row_sum = weights_.row_sum[i];
        rate_error_[i] =
            row_sum == 0.0
                ? 0.0
                : (from_y[i] + gamma * (row_sum + from_y[i])) * bound_slack + underflow_cover;
    }
    // |(y − low)(1 − y) − fl(…)| ≤ 2e + e² and rounding, with |y| ≤ 1 − e for what is inside.
    gain_error_ = 2.01 * largest * bound_slack;
}

std::span<const FaceVerdict> FaceBatch::decide(std::span<const std::uint32_t> high) {
    count_ = high.size();
    verdicts_.fill(FaceVerdict{});
    std::array<std::uint32_t, lanes> codes{};
    for (std::size_t l = 0; l < lanes; ++l) {
        codes[l] = high[std::min(l, count_ - 1)];
        verdicts_[l].high = codes[l];
    }
    for (const std::size_t j : saturated_) {
        y_[j] = Pack([&](std::size_t l) { return (codes[l] >> j & 1U) != 0 ? 1.0 : weights_.low; });
    }
    place_free_units();
    if (any_of(inside_)) {
        decide_saturated();
        decide_inertia();
        for (std::size_t l = 0; l < count_; ++l) {
            if (inside_[l] && !open_[l]) {
                verdicts_[l].place = FaceVerdict::Place::Inside;
            }
        }
    }
    return {verdicts_.data(), count_};
}

void FaceBatch::place_free_units() {
    Pack closest = 1.0;   // smallest distance to a level, less its error: > 0 is inside
    Pack farthest = 1.0;  // the same, plus its error: ≤ 0 is outside
    for (const std::size_t i : free_) {
        const UnitRow& b = set_->B[i];
        Pack y = 0.0;
        for (const std::size_t j : saturated_) {
            y += b[j] * y_[j];
        }
        y_[i] = y;
        const double error = set_->error[i] * bound_slack + 4.0 * unit_roundoff;
        const Pack room = min(y - weights_.low, 1.0 - y);
        closest = min(closest, room - error);
        farthest = min(farthest, room + error);
    }
    inside_ = closest > 0.0;
    open_ = Lanes(false);
    for (std::size_t l = 0; l < count_; ++l) {
        if (farthest[l] <= 0.0) {
            verdicts_[l].place = FaceVerdict::Place::Outside;
        }
    }
}

void FaceBatch::decide_saturated() {
    // The side a unit is on: −1 Low, 1 High.
    const double scale = 2.0 / (1.0 - weights_.low);
    const double shift = -(1.0 + weights_.low) / (1.0 - weights_.low);
    const auto n = static_cast<std::size_t>(weights_.dimension());
    Pack unstable = 0.0;
    Index zero = 0;
    for (const std::size_t i : saturated_) {
        if (rate_error_[i] == 0.0) {
            ++zero;
            continue;
        }
        const UnitRow& w = weights_.rows[i];
        Pack rate = 0.0;
        for (std::size_t j = 0; j < n; ++j) {
            rate += w[j] * y_[j];
        }
        const Pack side = scale * y_[i] + shift;
        where(rate * side < 0.0, unstable) += 1.0;
        open_ = open_ || !(abs(rate) > rate_error_[i]);
    }
    for (std::size_t l = 0; l < count_; ++l) {
        verdicts_[l].saturated_unstable = static_cast<Index>(unstable[l]);
        verdicts_[l].saturated_zero = zero;
    }
}

void FaceBatch::decide_inertia() {
    const std::size_t k = free_.count;
    if (k == 0) {
        return;
    }
    if (k == 1) {
        const double w = minors_.value(set_->mask);
        for (std::size_t l = 0; l < count_; ++l) {
            verdicts_[l].free_unstable = w > 0.0 ? 1 : 0;
        }
        open_ = open_ || Lanes(w == 0.0);
        return;
    }
    const bool by_minors = minors_.holds(set_->mask);
    if (by_minors && !inertia_begun_) {
        inertia_.begin(set_->mask);
        inertia_begun_ = true;
    }
    Pack least = 1.0;
    Pack most = 0.0;
    for (std::size_t i = 0; i < k; ++i) {
        const Pack y = y_[free_[i]];
        const Pack gain = (y - weights_.low) * (1.0 - y);
        least = min(least, gain);
        most = max(most, gain);
        gains_[i] = max(gain, Pack(0.0));
    }
    // error/(d − error) is largest where d is least.
    const Pack error = (gain_error_ + 4.0 * unit_roundoff * most) * bound_slack;
    Pack relative = 1.0;
    where(error < 0.5 * least, relative) = error / (least - error) * bound_slack;
    std::array<int, lanes> unstable;
    unstable.fill(undecided);
    if (by_minors) {
        unstable = inertia_.unstable(gains_, relative, count_);
    }
    for (std::size_t l = 0; l < count_; ++l) {
        FaceVerdict& verdict = verdicts_[l];
        int count = unstable[l];
        if (count == undecided && inside_[l] && !open_[l] && k > 2 && relative[l] < 0.25) {
            count = by_discs(l, relative[l]);
            verdict.by_discs = count != undecided;
        }
        if (count == undecided) {
            open_[l] = true;
        }
        verdict.free_unstable = count;
    }
}

int FaceBatch::by_discs(std::size_t lane, double relative) const {
    const std::vector<Index> free = units_of(set_->mask, weights_.dimension(), true);
    const auto k = static_cast<Index>(free.size());
    Matrix J = weights_.W(free, free);
    for (Index i = 0; i < k; ++i) {
        J.row(i) *= gains_[static_cast<std::size_t>(i)][lane];
    }
    const double share =
        (1.5 * relative + 3.0 * unit_roundoff + 2.0 * weights_.entry_error) * bound_slack;
    const auto discs =
        spectral_discs(J, share * J.cwiseAbs() + Matrix::Constant(k, k, underflow_cover));
    return discs ? static_cast<int>(discs->unstable) : undecided;
}

}  // namespace resdyn

#include "lifetimes.hpp"

#include <array>

namespace resdyn {

using exact::Polynomial;
using exact::Rational;
using exact::RealRoot;

namespace {

RealRoot point(const Rational& alpha) {
    return {alpha, alpha, Polynomial{exact::Integer(-numerator(alpha)), denominator(alpha)}, 0,
            false};
}

/// Cuts the lifetimes at the roots of p and keeps what lies between them if `keep` a point of it.
template <class Keep>
std::vector<Lifetime> cut(std::vector<Lifetime> lifetimes, const Polynomial& p,
                          const Rational& width, const Keep& keep) {
    std::vector<Lifetime> kept;
    for (Lifetime& life : lifetimes) {
        std::vector<RealRoot> ends = {life.from};
        std::vector<bool> open = {life.from_open};
        for (RealRoot& root : exact::real_roots(p, life.from.lower, life.to.upper, width)) {
            const int left = exact::compare(root, ends.front());
            const int right = exact::compare(root, life.to);
            if (left == 0) {
                open.front() = true;
            } else if (right == 0) {
                life.to_open = true;
            } else if (left > 0 && right < 0) {
                ends.push_back(std::move(root));
                open.push_back(true);
            }
        }
        ends.push_back(life.to);
        open.push_back(life.to_open);
        for (std::size_t k = 0; k + 1 < ends.size(); ++k) {
            if (keep(exact::between(ends[k], ends[k + 1]))) {
                kept.push_back({ends[k], open[k], ends[k + 1], open[k + 1]});
            }
        }
    }
    return kept;
}

}  // namespace

bool ParameterRange::is_narrow(const Rational& lower, const Rational& upper) const {
    const Rational length = upper - lower;
    const Rational size = lower > 0 ? lower : Rational(-upper);  // no root is 0: that is exact
    return length <= width && length <= relative * size;
}

void ParameterRange::narrow(RealRoot& root) const {
    while (!root.is_exact() && !root.clustered && !is_narrow(root.lower, root.upper)) {
        exact::narrow(root);
    }
}

bool Lifetime::holds(RealRoot& root) {
    const int left = exact::compare(root, from);
    const int right = exact::compare(root, to);
    return (from_open ? left > 0 : left >= 0) && (to_open ? right < 0 : right <= 0);
}

std::vector<Lifetime> lifetimes(const FacePath& face, const ParameterRange& range) {
    std::vector<Lifetime> alive = {{point(range.from), false, point(range.to), false}};
    const auto always = [](const Rational&) { return true; };
    alive = cut(std::move(alive), face.determinant, range.width, always);
    for (const auto* side : {&face.above_low, &face.below_high}) {
        for (const Polynomial& p : *side) {
            if (p.empty() || alive.empty()) {  // on its level for every α
                return {};
            }
            alive = cut(std::move(alive), p, range.width, [&](const Rational& alpha) {
                return exact::sign_at(p, alpha) * exact::sign_at(face.determinant, alpha) > 0;
            });
        }
    }
    return alive;
}

}  // namespace resdyn

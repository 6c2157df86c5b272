#include "face_branches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/interaction/scaling.hpp>

#include "crossings.hpp"
#include "equilibria/exact_point.hpp"
#include "equilibria/free_multipliers.hpp"
#include "face_continua.hpp"
#include "interaction/exact_scaling.hpp"
#include "model/residual_jet.hpp"
#include "path_numbers.hpp"

namespace resdyn {

using exact::Polynomial;
using exact::Rational;
using exact::RealRoot;

namespace {

/// |Re λ| or ||m| − 1|, relative, of a pair that touches its limit at a root known to 1e-13.
constexpr double touching_tol = 1e-5;

/// Roots of p in the range; none for the zero polynomial.
std::vector<RealRoot> roots_of(const Polynomial& p, const ParameterRange& range) {
    return p.empty() ? std::vector<RealRoot>{}
                     : exact::real_roots(p, range.from, range.to, range.width);
}

struct FreeCounts {
    Index flow = 0;  ///< Re μ > 0.
    Index map = 0;   ///< |1 + hμ| > 1.
};

/// An event on a branch before it is written down.
struct Mark {
    RealRoot root;
    BifurcationKind kind = BifurcationKind::Transcritical;
    std::size_t saturated = 0;  ///< of TC: place in the set's saturated units.
    bool beside_flip = false;   ///< a multiplier reaches −1 at the same α.
};

class BranchBuilder {
  public:
    BranchBuilder(const ParameterPath& path, const FreeSetPath& set, const Pattern& pattern,
                  const ParameterRange& range, bool layer_map)
        : path_(path),
          set_(set),
          range_(range),
          layer_map_(layer_map),
          face_(face_path(set, pattern, path.activation)) {}

    FaceBranches run() {
        for (Lifetime& life : lifetimes(face_, range_)) {
            add_branch(life);
        }
        return std::move(result_);
    }

  private:
    void add_branch(Lifetime& life) {
        RealRoot& from = life.from;
        RealRoot& to = life.to;
        range_.narrow(from);
        range_.narrow(to);
        EquilibriumBranch branch;
        branch.pattern = face_.pattern;
        branch.from = from.value();
        branch.to = to.value();
        std::vector<Mark> marks = saturated_marks(life);
        for (Mark& mark : free_marks(from, to, branch.decided)) {
            marks.push_back(std::move(mark));
        }
        for (Mark& mark : marks) {
            range_.narrow(mark.root);
        }
        for (std::size_t i = 1; i < marks.size(); ++i) {
            for (std::size_t j = i; j > 0 && exact::compare(marks[j].root, marks[j - 1].root) < 0;
                 --j) {
                std::swap(marks[j], marks[j - 1]);
            }
        }
        // Segments between distinct marks; place[k]: the segment right of mark k (its number; the
        // one left of it is that − 1).
        std::vector<RealRoot> cuts = {from};
        std::vector<std::size_t> place;
        for (Mark& mark : marks) {
            if (exact::compare(mark.root, cuts.back()) != 0) {
                cuts.push_back(mark.root);
            }
            place.push_back(cuts.size() - 1);
        }
        if (exact::compare(cuts.back(), to) != 0) {
            cuts.push_back(to);
        }
        std::vector<FreeCounts> free_counts;
        for (std::size_t k = 0; k + 1 < cuts.size(); ++k) {
            free_counts.push_back(
                add_segment(branch, cuts[k], cuts[k + 1], exact::between(cuts[k], cuts[k + 1])));
        }
        branch.decided = branch.decided && counts_agree(free_counts, marks, place);
        for (std::size_t k = 0; k < marks.size(); ++k) {
            for (std::size_t m = 0; m < marks.size(); ++m) {
                marks[k].beside_flip =
                    marks[k].beside_flip ||
                    (place[m] == place[k] && m != k && marks[m].kind == BifurcationKind::Flip);
            }
            // Left of the first segment, or right of the last, the path has ended.
            const bool has_before = place[k] > 0;
            const bool has_after = place[k] < branch.segments.size();
            add_event(marks[k], has_before ? &branch.segments[place[k] - 1] : nullptr,
                      has_after ? &branch.segments[place[k]] : nullptr,
                      has_before ? &free_counts[place[k] - 1] : nullptr,
                      has_after ? &free_counts[place[k]] : nullptr);
        }
        result_.branches.push_back(std::move(branch));
    }

    /// Exact counts of the free block change from segment to segment only where a mark of their
    /// clock lies between: else the bounds have missed a crossing.
    bool counts_agree(const std::vector<FreeCounts>& counts, const std::vector<Mark>& marks,
                      const std::vector<std::size_t>& place) const {
        for (std::size_t k = 1; k < counts.size(); ++k) {
            bool flow = counts[k].flow == counts[k - 1].flow;
            bool map = !layer_map_ || counts[k].map == counts[k - 1].map;
            for (std::size_t m = 0; m < marks.size(); ++m) {
                if (place[m] == k) {
                    flow = flow || marks[m].kind == BifurcationKind::Hopf;
                    map = map || marks[m].kind == BifurcationKind::Flip ||
                          marks[m].kind == BifurcationKind::NeimarkSacker;
                }
            }
            if (!flow || !map) {
                return false;
            }
        }
        return true;
    }

    std::vector<Mark> saturated_marks(Lifetime& life) {
        if (!rates_known_) {
            for (const Polynomial& rate : face_.rates) {
                rate_roots_.push_back(roots_of(rate, range_));
            }
            rates_known_ = true;
        }
        std::vector<Mark> marks;
        for (std::size_t s = 0; s < rate_roots_.size(); ++s) {
            for (RealRoot& root : rate_roots_[s]) {
                if (life.holds(root)) {
                    marks.push_back({root, BifurcationKind::Transcritical, s, false});
                }
            }
        }
        return marks;
    }

    /// Roots of the free block's tests in the branch's open interval.
    std::vector<Mark> free_marks(RealRoot& from, RealRoot& to, bool& decided) {
        const std::size_t k = set_.free.size();
        std::vector<Mark> marks;
        const auto search = [&](FreeBlockTest test, BifurcationKind kind, std::size_t harmless) {
            Crossings crossings = free_block_crossings(path_, face_, test, from, to, range_);
            decided = decided && crossings.decided && (!crossings.permanent || k <= harmless);
            for (RealRoot& root : crossings.roots) {
                marks.push_back({std::move(root), kind, 0, false});
            }
        };
        if (k >= 2) {
            // Blocks of two and three have no second pair that a permanent one could hide.
            search(FreeBlockTest::OppositePair, BifurcationKind::Hopf, 3);
        }
        if (k >= 1 && layer_map_) {
            search(FreeBlockTest::Flip, BifurcationKind::Flip, 0);
        }
        if (k >= 2 && layer_map_) {
            search(FreeBlockTest::ReciprocalPair, BifurcationKind::NeimarkSacker, 3);
        }
        return marks;
    }

    FreeCounts add_segment(EquilibriumBranch& branch, const RealRoot& from, const RealRoot& to,
                           const Rational& sample) {
        const auto point =
            exact_point(scaled_weights(path_, sample), path_.activation, face_.pattern);
        BranchSegment segment{from.value(), to.value(), exact::nearest(sample), {}, {}};
        segment.flow = exact_flow_counts(*point, face_.pattern);
        segment.map = exact_map_counts(*point, face_.pattern, scaled_step(path_, sample));
        branch.segments.push_back(segment);
        Index saturated = 0;  // eigenvalues λ > 0 count on both clocks
        for (Index i = 0; i < face_.pattern.size(); ++i) {
            const int s = point->rates[static_cast<std::size_t>(i)].sign();
            saturated += (face_.pattern[i] == UnitState::Low && s > 0) ||
                         (face_.pattern[i] == UnitState::High && s < 0);
        }
        return {segment.flow.unstable - saturated, segment.map.unstable - saturated};
    }

    void add_event(Mark& mark, const BranchSegment* before, const BranchSegment* after,
                   const FreeCounts* free_before, const FreeCounts* free_after) {
        Bifurcation event = place(mark.root, face_.pattern);
        event.kind = mark.kind;
        const bool of_map =
            mark.kind == BifurcationKind::Flip || mark.kind == BifurcationKind::NeimarkSacker;
        const auto count = [&](const BranchSegment* segment) {
            return segment == nullptr ? Index{-1}
                                      : (of_map ? segment->map : segment->flow).unstable;
        };
        event.unstable_before = count(before);
        event.unstable_after = count(after);
        if (mark.kind == BifurcationKind::Transcritical) {
            finish_saturated(mark, std::move(event));
        } else if (free_before != nullptr && free_after != nullptr) {
            finish_free(
                mark, std::move(event),
                of_map ? free_after->map - free_before->map : free_after->flow - free_before->flow);
        }
    }

    Bifurcation place(RealRoot& root, const Pattern& pattern) const {
        Bifurcation event;
        event.pattern = pattern;
        event.alpha = root.value();
        event.lower = exact::nearest(root.lower);
        event.upper = exact::nearest(root.upper);
        event.exact = root.is_exact() ? exact::to_string(root.lower) : "";
        const Rational alpha = root.middle();
        if (const auto point =
                exact_point(scaled_weights(path_, alpha), path_.activation, pattern)) {
            event.y = point->y();
            const ResidualSystem system(weights_at(path_, alpha), path_.activation, path_.step);
            event.residual = system.residual_velocity(event.y).lpNorm<Eigen::Infinity>();
        }
        return event;
    }

    void finish_saturated(Mark& mark, Bifurcation event) {
        const Index unit = set_.saturated[mark.saturated];
        Pattern partner = face_.pattern;
        partner.states[static_cast<std::size_t>(unit)] = UnitState::Free;
        const Polynomial& larger = set_.rates[mark.saturated][mark.saturated];
        const int s = exact::sign_at(larger, mark.root);
        if (s == 0) {
            event.kind = BifurcationKind::Singular;
            event.pattern = partner;
            event.unstable_before = -1;
            event.unstable_after = -1;
            event.dimension = 1;
            if (mark.root.is_exact()) {
                const ContinuumAt found = continuum_at(path_, partner, mark.root.lower);
                event.dimension = std::max<Index>(1, found.dimension);
                if (found.dimension > 0) {
                    event.y = found.point;
                }
            }
            event.remark = fmt::format("continuum from the point of {} along unit {}",
                                       to_string(face_.pattern), unit);
            result_.events.push_back({std::move(event), mark.root});
            return;
        }
        // y_unit − level = −(Wy)_unit / s of the partner, s = (larger determinant)/D.
        const exact::SidedSigns rate = exact::sided_signs(face_.rates[mark.saturated], mark.root);
        const int inwards = face_.pattern[unit] == UnitState::Low ? 1 : -1;
        event.unit = unit;
        event.multiplicity = 1;
        event.partner = std::move(partner);
        event.partner_before = -rate.left * s * inwards > 0;
        event.partner_after = -rate.right * s * inwards > 0;
        event.degenerate = rate.left == rate.right;
        if (event.degenerate) {
            event.remark = "the eigenvalue touches zero";
        }
        result_.events.push_back({std::move(event), mark.root});
    }

    void finish_free(Mark& mark, Bifurcation event, Index change) {
        const Rational alpha = mark.root.middle();
        const Index regular = mark.kind == BifurcationKind::Flip ? 1 : 2;
        event.multiplicity =
            mark.root.is_exact() ? at_limit(mark.kind, alpha) : std::abs(change) / regular;
        if (mark.root.is_exact() && event.multiplicity == 0) {
            return;
        }
        if (!mark.root.is_exact() && mark.kind == BifurcationKind::NeimarkSacker &&
            mark.beside_flip && std::abs(change) == 2) {
            return;  // a double −1: its square is the product 1 that was found
        }
        const Matrix W = weights_at(path_, alpha);
        const ResidualSystem system(W, path_.activation, path_.step);
        const std::vector<Complex> free = equilibrium_spectrum(system, event.pattern, event.y).free;
        // The eigenvalue that is nearest to its limit.
        const auto distance = [&](Complex mu) {
            const Complex m = 1.0 + path_.step * mu;
            switch (mark.kind) {
                case BifurcationKind::Hopf:
                    return mu.imag() > 0 ? std::abs(mu.real()) / std::abs(mu) : HUGE_VAL;
                case BifurcationKind::Flip:
                    return mu.imag() == 0 ? std::abs(m + 1.0) : HUGE_VAL;
                default:
                    return mu.imag() > 0 ? std::abs(std::abs(m) - 1.0) : HUGE_VAL;
            }
        };
        const auto nearest = std::min_element(free.begin(), free.end(), [&](Complex a, Complex b) {
            return distance(a) < distance(b);
        });
        const bool touches = mark.root.is_exact() || distance(*nearest) < touching_tol;
        if (change == 0 && !touches) {
            return;  // a real pair with sum 0 or product 1: no event of either clock
        }
        if (std::abs(change) != regular) {
            event.degenerate = true;
            event.remark = change == 0
                               ? "touches its limit without crossing it, or as many "
                                 "cross each way"
                               : fmt::format("{} eigenvalues cross at once", std::abs(change));
        }
        if (mark.kind == BifurcationKind::Hopf) {
            event.angle = std::abs(nearest->imag());
            describe_hopf(event, mark.root, W);
        } else if (mark.kind == BifurcationKind::NeimarkSacker) {
            event.angle = std::abs(std::arg(1.0 + path_.step * *nearest));
        }
        result_.events.push_back({std::move(event), mark.root});
    }

    /// How much of what crosses at an event of this kind is on its limit at this α exactly: pairs
    /// on the imaginary axis, multipliers −1, pairs that are not real on the unit circle. A root of
    /// the test function can also be a real pair with sum 0 or product 1, or a double −1: then 0.
    Index at_limit(BifurcationKind kind, const Rational& alpha) const {
        const auto point =
            exact_point(scaled_weights(path_, alpha), path_.activation, face_.pattern);
        if (!point) {
            return 0;
        }
        const FreeMultipliers multipliers(*point);
        if (kind == BifurcationKind::Hopf) {
            const SpectralCounts flow = multipliers.flow_counts();
            return (flow.neutral - flow.zero) / 2;
        }
        const Rational step = scaled_step(path_, alpha);
        const Index flips = multipliers.at_minus_one(step);
        return kind == BifurcationKind::Flip ? flips
                                             : (multipliers.counts(step).neutral - flips) / 2;
    }

    void describe_hopf(Bifurcation& event, const RealRoot& root, const Matrix& W) const {
        const Matrix block = W(set_.free, set_.free);
        const ResidualSystem system(W, path_.activation);
        event.lyapunov = first_lyapunov_coefficient(residual_jet(system, event.y, set_.free));
        if (event.lyapunov->criticality != HopfCriticality::Degenerate) {
            return;
        }
        event.degenerate = true;
        std::string remark = "l1 is zero to rounding: no cycle is promised to branch off";
        // p_i w_ij = −p_j w_ji on the face: Σ p_i (F(u_i) − y*_i u_i) is constant there.
        if (root.is_exact()) {
            const exact::BinaryMatrix all = scaled_weights(path_, root.lower);
            exact::BinaryMatrix exact_block{exact::IntegerMatrix(block.rows(), block.cols()),
                                            all.exponent};
            for (Index i = 0; i < block.rows(); ++i) {
                for (Index j = 0; j < block.cols(); ++j) {
                    exact_block.entries(i, j) = all.entries(set_.free[static_cast<std::size_t>(i)],
                                                            set_.free[static_cast<std::size_t>(j)]);
                }
            }
            if (diagonal_scaling(block, Symmetry::Antisymmetric, exact_block).exact) {
                remark =
                    "conservative at this alpha, proved: sum p_i (F(u_i) - y_i* u_i) is constant "
                    "on the face, so closed orbits fill a neighbourhood and no cycle branches off";
            }
        }
        event.remark = event.remark.empty() ? remark : event.remark + "; " + remark;
    }

    const ParameterPath& path_;
    const FreeSetPath& set_;
    const ParameterRange& range_;
    bool layer_map_;
    FacePath face_;
    bool rates_known_ = false;
    std::vector<std::vector<RealRoot>> rate_roots_;
    FaceBranches result_;
};

}  // namespace

FaceBranches face_branches(const ParameterPath& path, const FreeSetPath& set,
                           const Pattern& pattern, const ParameterRange& range, bool layer_map) {
    return BranchBuilder(path, set, pattern, range, layer_map).run();
}

}  // namespace resdyn

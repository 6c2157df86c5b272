#include "stable_by_signs.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <vector>

#include "equilibria/exact_weights.hpp"

namespace resdyn {

using exact::IntegerMatrix;

namespace {

constexpr Index largest_dimension = 1024;  // as for the search
constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

/// a·b and a + b, `most` standing for itself and anything above.
std::uint64_t product(std::uint64_t a, std::uint64_t b) {
    return a != 0 && b > most / a ? most : a * b;
}
std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
    return b > most - a ? most : a + b;
}

/// Sets of whole numbers below a common bound.
class Members {
  public:
    explicit Members(std::size_t size) : words_((size + 63) / 64, 0) {}

    void insert(std::size_t k) { words_[k / 64] |= std::uint64_t{1} << (k % 64); }
    bool contains(std::size_t k) const { return (words_[k / 64] >> (k % 64) & 1U) != 0; }
    void add(const Members& other) {
        for (std::size_t w = 0; w < words_.size(); ++w) {
            words_[w] |= other.words_[w];
        }
    }
    void remove(const Members& other) {
        for (std::size_t w = 0; w < words_.size(); ++w) {
            words_[w] &= ~other.words_[w];
        }
    }
    bool operator<(const Members& other) const { return words_ < other.words_; }

  private:
    std::vector<std::uint64_t> words_;
};

/// Counts the closed sets of the graph j → i where w_ij > 0.
class ClosedSets {
  public:
    explicit ClosedSets(const IntegerMatrix& W) {
        const auto n = static_cast<std::size_t>(W.rows());
        // reach[j]: what j forces, itself included (Warshall).
        std::vector<Members> reach(n, Members(n));
        for (std::size_t j = 0; j < n; ++j) {
            reach[j].insert(j);
            for (std::size_t i = 0; i < n; ++i) {
                if (W(static_cast<Index>(i), static_cast<Index>(j)) > 0) {
                    reach[j].insert(i);
                }
            }
        }
        for (std::size_t via = 0; via < n; ++via) {
            for (std::size_t j = 0; j < n; ++j) {
                if (reach[j].contains(via)) {
                    reach[j].add(reach[via]);
                }
            }
        }
        // One unit stands for each strongly connected component.
        std::vector<std::size_t> heads;
        for (std::size_t j = 0; j < n; ++j) {
            const bool joins = std::any_of(heads.begin(), heads.end(), [&](std::size_t head) {
                return reach[head].contains(j) && reach[j].contains(head);
            });
            if (!joins) {
                heads.push_back(j);
            }
        }
        size_ = heads.size();
        forced_.assign(size_, Members(size_));
        forcing_.assign(size_, Members(size_));
        for (std::size_t a = 0; a < size_; ++a) {
            for (std::size_t b = 0; b < size_; ++b) {
                if (reach[heads[a]].contains(heads[b])) {
                    forced_[a].insert(b);
                    forcing_[b].insert(a);
                }
            }
        }
    }

    /// Nothing if that takes too long.
    std::optional<std::uint64_t> count() {
        Members all(size_);
        for (std::size_t a = 0; a < size_; ++a) {
            all.insert(a);
        }
        const std::uint64_t result = of(all);
        return steps_ <= most_steps ? std::optional(result) : std::nullopt;
    }

  private:
    static constexpr int most_steps = 20'000;

    /// Parts that no arrow joins are free of each other: their counts multiply.
    std::uint64_t of(const Members& set) {
        std::uint64_t result = 1;
        Members seen(size_);
        for (std::size_t a = 0; a < size_; ++a) {
            if (!set.contains(a) || seen.contains(a)) {
                continue;
            }
            std::vector<std::size_t> part = {a};
            seen.insert(a);
            for (std::size_t at = 0; at < part.size(); ++at) {
                for (std::size_t b = 0; b < size_; ++b) {
                    if (set.contains(b) && !seen.contains(b) &&
                        (forced_[part[at]].contains(b) || forcing_[part[at]].contains(b))) {
                        seen.insert(b);
                        part.push_back(b);
                    }
                }
            }
            result = product(result, of_part(part));
        }
        return result;
    }

    /// With the unit that decides most others High, or Low.
    std::uint64_t of_part(const std::vector<std::size_t>& part) {
        if (part.size() == 1) {
            return 2;
        }
        Members set(size_);
        for (const std::size_t a : part) {
            set.insert(a);
        }
        if (const auto known = known_.find(set); known != known_.end()) {
            return known->second;
        }
        if (++steps_ > most_steps) {
            return 1;
        }
        const auto decided = [&](std::size_t a) {
            return std::count_if(part.begin(), part.end(), [&](std::size_t b) {
                return forced_[a].contains(b) || forcing_[a].contains(b);
            });
        };
        const std::size_t unit = *std::max_element(
            part.begin(), part.end(),
            [&](std::size_t a, std::size_t b) { return decided(a) < decided(b); });
        Members if_high = set;
        if_high.remove(forced_[unit]);
        Members if_low = set;
        if_low.remove(forcing_[unit]);
        const std::uint64_t result = sum(of(if_high), of(if_low));
        known_.emplace(std::move(set), result);
        return result;
    }

    std::size_t size_ = 0;
    std::vector<Members> forced_;   ///< what a component forces, itself included.
    std::vector<Members> forcing_;  ///< what forces it, itself included.
    std::map<Members, std::uint64_t> known_;
    int steps_ = 0;
};

/// Signs s with s_i s_j w_ij ≥ 0 among `units`?
bool has_signature(const IntegerMatrix& W, const std::vector<Index>& units) {
    std::vector<int> sign(units.size(), 0);
    for (std::size_t start = 0; start < units.size(); ++start) {
        if (sign[start] != 0) {
            continue;
        }
        sign[start] = 1;
        std::vector<std::size_t> reached = {start};
        for (std::size_t at = 0; at < reached.size(); ++at) {
            const std::size_t a = reached[at];
            for (std::size_t b = 0; b < units.size(); ++b) {
                for (const int link :
                     {W(units[a], units[b]).sign(), W(units[b], units[a]).sign()}) {
                    if (a == b || link == 0) {
                        continue;
                    }
                    if (sign[b] == 0) {
                        sign[b] = link * sign[a];
                        reached.push_back(b);
                    } else if (sign[b] != link * sign[a]) {
                        return false;
                    }
                }
            }
        }
    }
    return true;
}

}  // namespace

bool faces_can_be_stable(const IntegerMatrix& W, bool marginal) {
    std::vector<Index> without_self;
    for (Index i = 0; i < W.rows(); ++i) {
        if (W(i, i) < 0) {
            return true;
        }
        if (W(i, i) == 0) {
            without_self.push_back(i);
        }
    }
    return marginal && !has_signature(W, without_self);
}

std::optional<StableSearch> stable_by_signs(const ResidualSystem& system,
                                            const BranchAndBoundOptions& options) {
    if (system.activation() != Activation::Logistic || system.dimension() > largest_dimension ||
        options.max_listed < 0) {
        return std::nullopt;  // not decided, or refused, by the search
    }
    const IntegerMatrix W = exact_weights(system).entries;
    bool all_high = true;
    for (Index i = 0; i < W.rows(); ++i) {
        bool helped = false;
        for (Index j = 0; j < W.cols(); ++j) {
            if (W(i, j) < 0) {
                return std::nullopt;
            }
            helped = helped || W(i, j) > 0;
        }
        all_high = all_high && helped;
    }
    StableSearch result;
    result.by_signs = true;
    if (options.count_marginal) {
        const auto closed = ClosedSets(W).count();
        if (!closed) {
            return std::nullopt;
        }
        result.marginal = *closed - (all_high && *closed != most ? 1 : 0);
    }
    if (all_high) {
        result.stable_vertices = 1;
        if (options.max_listed > 0) {
            const Pattern pattern{
                std::vector<UnitState>(static_cast<std::size_t>(W.rows()), UnitState::High)};
            result.equilibria.push_back(std::get<Equilibrium>(FaceSolver(system).decide(pattern)));
        }
    }
    return result;
}

}  // namespace resdyn

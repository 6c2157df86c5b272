#include <fmt/format.h>

#include <map>

#include <resdyn/core/error.hpp>
#include <resdyn/settling/global_attraction.hpp>
#include <resdyn/settling/settle.hpp>

#include "equilibria/held_units.hpp"
#include "settle_farm.hpp"
#include "settle_in_cube.hpp"

namespace resdyn {

namespace {

void validate(const ResidualSystem& system, const SettleOptions& options) {
    require_bounded("settle", system.activation());
    require("settle", options.max_layers >= 1, "max_layers >= 1",
            static_cast<double>(options.max_layers));
    require("settle", options.t_end > 0 && std::isfinite(options.t_end), "t_end finite and > 0",
            options.t_end);
    require("settle", options.rel_tol > 0, "rel_tol > 0", options.rel_tol);
    require("settle", options.abs_tol > 0, "abs_tol > 0", options.abs_tol);
    require("settle", options.max_steps >= 1, "max_steps >= 1",
            static_cast<double>(options.max_steps));
    require("settle", options.settle_tol > 0 && options.settle_tol < 0.1, "0 < settle_tol < 0.1",
            options.settle_tol);
    require("settle", options.slow_speed > 0, "slow_speed > 0", options.slow_speed);
}

void validate(const ResidualSystem& system, const Matrix& u0) {
    if (u0.rows() != system.dimension()) {
        reject_argument("settle", fmt::format("u0 with {} rows", system.dimension()),
                        fmt::format("{}", u0.rows()));
    }
    if (u0.hasNaN()) {
        reject_argument("settle", "u0 without NaN", "NaN");
    }
}

/// A result of `count` starts none of which was followed.
SettleResult unfollowed(Index count, SettleOutcome outcome) {
    SettleResult result;
    const auto size = static_cast<std::size_t>(count);
    result.outcomes.assign(size, outcome);
    result.steps.assign(size, 0);
    result.t.assign(size, 0.0);
    result.final_speed = Vector::Zero(count);
    return result;
}

std::vector<Index> all_of(Index count) {
    std::vector<Index> members;
    for (Index k = 0; k < count; ++k) {
        members.push_back(k);
    }
    return members;
}

/// One face of the cube and the starts on it; the open cube is the face of all units.
class Face {
  public:
    Face(const ResidualSystem& system, const Pattern& face, const SettleOptions& options)
        : face_(face),
          options_(options),
          held_(face.free_units().size() == face.states.size()
                    ? std::nullopt
                    : std::make_optional<HeldUnits>(system, face)),
          system_(held_ ? held_->system() : system),
          attractors_(system_, options.clock, options.exact_free_units) {
        if (options.prove_first) {
            limit_ = limit();
        }
        if (!limit_ && options.skip_hopeless) {
            nowhere_ = no_settling(system_, options.clock, held_ ? held_->inner_face() : face);
        }
    }
    ~Face() = default;
    Face(const Face&) = delete;
    Face& operator=(const Face&) = delete;
    Face(Face&&) = delete;
    Face& operator=(Face&&) = delete;

    /// Of starts on this face (N rows), in terms of the whole system; `whole`: what its faces hold.
    SettleResult settle(const Matrix& u0, Attractors& whole) {
        const Matrix u = held_ ? held_->restricted(u0) : u0;
        SettleResult result;
        if (limit_) {
            result = unfollowed(u.cols(), SettleOutcome::Settled);
            result.groups.push_back({limit_->equilibrium, all_of(u.cols())});
            result.certified = result.by_proof = u.cols();
            result.proof = limit_->proof;
            result.final_speed = speeds(system_, u, options_);
        } else if (nowhere_) {
            result = unfollowed(u.cols(), SettleOutcome::NotFollowed);
            result.by_proof = u.cols();
            result.proof = nowhere_->proof;
            result.final_speed = speeds(system_, u, options_);
        } else {
            result = settled_in_cube(system_, follow_in_cube(system_, attractors_, u, options_),
                                     options_);
        }
        if (held_) {
            embed(result, whole);
        }
        return result;
    }

    /// Of starts in the open cube, on a farm.
    std::optional<SettleResult> settle(const Matrix& u0, Attractors& whole, Farm& farm,
                                       const std::string& job) {
        if (limit_ || nowhere_) {
            follow_none(system_, u0, options_, farm, job);
            return farm.is_shard() ? std::nullopt : std::optional(settle(u0, whole));
        }
        auto followed = follow_on_farm(system_, attractors_, u0, options_, farm, job);
        return followed ? std::optional(settled_in_cube(system_, std::move(*followed), options_))
                        : std::nullopt;
    }

  private:
    /// A held High unit is a push of its own, so the origin is no limit then.
    std::optional<ProvedLimit> limit() const {
        const bool free =
            !held_ || held_->inner_face().free_units().size() == held_->inner_face().states.size();
        return free ? proved_limit(system_, options_.clock) : std::nullopt;
    }

    void embed(SettleResult& result, Attractors& whole) const {
        for (SettledGroup& group : result.groups) {
            const Vector y = held_->embedded(group.equilibrium.y);
            const Pattern pattern = held_->embedded(group.equilibrium.pattern);
            Attraction place = whole.content(pattern);
            if (auto* equilibrium = std::get_if<Equilibrium>(&place)) {
                group.equilibrium = std::move(*equilibrium);
            } else {  // its face is singular in the whole system only by rounding of a product
                group.equilibrium.pattern = pattern;
                group.equilibrium.y = y;
            }
        }
        for (ContinuumGroup& group : result.continua) {
            const Vector y = held_->embedded(group.continuum.point);
            const Pattern pattern = held_->embedded(group.continuum.pattern);
            Attraction place = whole.content(pattern);
            if (auto* continuum = std::get_if<Continuum>(&place)) {
                group.continuum = std::move(*continuum);
            }
            group.continuum.pattern = pattern;
            group.continuum.point = y;
        }
        for (SlowPassage& passage : result.passages) {
            const Pattern pattern = held_->embedded(passage.near.pattern);
            const Vector y = held_->embedded(passage.near.y);
            Attraction place = whole.content(pattern);
            if (auto* equilibrium = std::get_if<Equilibrium>(&place)) {
                passage.near = std::move(*equilibrium);
            } else {
                passage.near.pattern = pattern;
                passage.near.y = y;
            }
        }
    }

    Pattern face_;
    SettleOptions options_;
    std::optional<HeldUnits> held_;
    ResidualSystem system_;
    Attractors attractors_;
    std::optional<ProvedLimit> limit_;
    std::optional<NoSettling> nowhere_;
};

/// Starts at a vertex rest there, whatever its type.
SettleResult at_vertex(Attractors& whole, const Pattern& vertex, Index count) {
    SettleResult result = unfollowed(count, SettleOutcome::Settled);
    result.groups.push_back({std::get<Equilibrium>(whole.content(vertex)), all_of(count)});
    result.certified = count;
    return result;
}

/// Puts together what starts on different faces did.
class Merger {
  public:
    explicit Merger(Index count) : result_(unfollowed(count, SettleOutcome::Unsettled)) {}

    void add(SettleResult part, const std::vector<Index>& columns) {
        for (std::size_t k = 0; k < columns.size(); ++k) {
            const auto at = static_cast<std::size_t>(columns[k]);
            result_.outcomes[at] = part.outcomes[k];
            result_.steps[at] = part.steps[k];
            result_.t[at] = part.t[k];
            result_.final_speed[columns[k]] = part.final_speed[static_cast<Index>(k)];
        }
        result_.certified += part.certified;
        result_.by_proof += part.by_proof;
        if (!part.proof.empty() && result_.proof.find(part.proof) == std::string::npos) {
            result_.proof += (result_.proof.empty() ? "" : "; ") + part.proof;
        }
        for (SettledGroup& group : part.groups) {
            renumber(group.members, columns);
            const auto [known, fresh] = groups_.try_emplace(group.equilibrium.pattern, group);
            if (!fresh) {
                append(known->second.members, group.members);
            }
        }
        for (ContinuumGroup& group : part.continua) {
            renumber(group.members, columns);
            const auto [known, fresh] = continua_.try_emplace(group.continuum.pattern, group);
            if (!fresh) {
                append(known->second.members, group.members);
                known->second.spread =
                    std::max({known->second.spread, group.spread,
                              (group.continuum.point - known->second.continuum.point)
                                  .lpNorm<Eigen::Infinity>()});
            }
        }
        for (SlowPassage& passage : part.passages) {
            passage.start = columns[static_cast<std::size_t>(passage.start)];
            result_.passages.push_back(std::move(passage));
        }
    }

    SettleResult finish() {
        result_.groups = by_size(std::move(groups_));
        result_.continua = by_size(std::move(continua_));
        std::sort(result_.passages.begin(), result_.passages.end(),
                  [](const SlowPassage& a, const SlowPassage& b) { return a.start < b.start; });
        return std::move(result_);
    }

  private:
    static void renumber(std::vector<Index>& members, const std::vector<Index>& columns) {
        for (Index& member : members) {
            member = columns[static_cast<std::size_t>(member)];
        }
    }
    static void append(std::vector<Index>& members, const std::vector<Index>& more) {
        members.insert(members.end(), more.begin(), more.end());
        std::sort(members.begin(), members.end());
    }

    SettleResult result_;
    std::map<Pattern, SettledGroup> groups_;
    std::map<Pattern, ContinuumGroup> continua_;
};

}  // namespace

/// The faces that starts were seen on.
class Settler::Faces {
  public:
    Faces(const ResidualSystem& system, const SettleOptions& options)
        : system_(system),
          options_(options),
          whole_(system_, options.clock, options.exact_free_units) {}

    SettleResult settle(const Matrix& u0) {
        validate(system_, u0);
        if (u0.allFinite()) {
            return of(cube()).settle(u0, whole_);
        }
        std::map<Pattern, std::vector<Index>> columns;
        for (Index k = 0; k < u0.cols(); ++k) {
            columns[held_face(u0.col(k))].push_back(k);
        }
        Merger merger(u0.cols());
        for (const auto& [face, starts] : columns) {
            merger.add(face.is_vertex() ? at_vertex(whole_, face, static_cast<Index>(starts.size()))
                                        : of(face).settle(u0(Eigen::all, starts), whole_),
                       starts);
        }
        return merger.finish();
    }

    std::optional<SettleResult> settle(const Matrix& u0, Farm& farm, const std::string& job) {
        validate(system_, u0);
        if (!u0.allFinite()) {
            reject_argument("settle", "finite starts on a farm", "some at a level");
        }
        return of(cube()).settle(u0, whole_, farm, job);
    }

  private:
    Pattern cube() const {
        return {
            std::vector<UnitState>(static_cast<std::size_t>(system_.dimension()), UnitState::Free)};
    }

    Face& of(const Pattern& face) {
        std::unique_ptr<Face>& place = faces_[face];
        if (!place) {
            place = std::make_unique<Face>(system_, face, options_);
        }
        return *place;
    }

    ResidualSystem system_;
    SettleOptions options_;
    Attractors whole_;
    std::map<Pattern, std::unique_ptr<Face>> faces_;
};

Settler::Settler(const ResidualSystem& system, const SettleOptions& options) {
    validate(system, options);
    faces_ = std::make_unique<Faces>(system, options);
}

Settler::~Settler() = default;

SettleResult Settler::settle(const Matrix& u0) {
    return faces_->settle(u0);
}

std::optional<SettleResult> Settler::settle(const Matrix& u0, Farm& farm, const std::string& job) {
    return faces_->settle(u0, farm, job);
}

SettleResult settle(const ResidualSystem& system, const Matrix& u0, const SettleOptions& options) {
    return Settler(system, options).settle(u0);
}

std::optional<SettleResult> settle(const ResidualSystem& system, const Matrix& u0,
                                   const SettleOptions& options, Farm& farm,
                                   const std::string& job) {
    return Settler(system, options).settle(u0, farm, job);
}

}  // namespace resdyn

#include <resdyn/studies/basins.hpp>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/portrait/heteroclinic_basins.hpp>

#include "core/stratified_sample.hpp"
#include "portrait/basins_farm.hpp"

namespace resdyn {

namespace {

bool still_moving(const BasinMap& map) {
    return map.count(UnsettledCell) + map.count(NotFollowedCell) > 0;
}

bool still_moving(const SettleResult& settled) {
    return settled.count(SettleOutcome::Unsettled) + settled.count(SettleOutcome::NotFollowed) > 0;
}

DataBasins settled_data(const Plane& plane, Index samples, std::uint64_t seed,
                        const SettleOptions& options) {
    DataBasins data;
    data.followed = stratified_sample(plane.labels, samples, seed);
    data.settled = settle(plane.space.system(), plane.starts(Eigen::all, data.followed), options);
    return data;
}

/// Resting places and limit cycles against the classes.
void count_classes(DataBasins& data, const Plane& plane, const std::vector<AttractingCycle>& cycles,
                   const SettleOptions& options) {
    std::vector<std::vector<Index>> members;
    for (const SettledGroup& group : data.settled.groups) {
        members.push_back(group.members);
    }
    const std::vector<Index> reached =
        cycles_reached(plane.space.system(), plane.starts(Eigen::all, data.followed), data.settled,
                       cycles, options);
    for (std::size_t c = 0; c < cycles.size(); ++c) {
        std::vector<Index> on_cycle;
        for (std::size_t k = 0; k < reached.size(); ++k) {
            if (reached[k] == static_cast<Index>(c)) {
                on_cycle.push_back(static_cast<Index>(k));
            }
        }
        if (!on_cycle.empty()) {
            data.cycles.push_back(c);
            members.push_back(std::move(on_cycle));
        }
    }
    data.classes = contingency(members, plane.labels(data.followed), plane.classes);
}

void check(const Plane& plane) {
    const ResidualSystem& system = plane.space.system();
    require_bounded("basins", system.activation());
    if (plane.space.coordinate() == Coordinate::Activity) {
        reject_argument("coordinates", "y or u (x never comes to rest)", "x");
    }
}

}  // namespace

BasinStudy study_basins(const Plane& plane, const BasinStudyOptions& options) {
    check(plane);
    const ResidualSystem& system = plane.space.system();
    BasinOptions with = options.basins;
    with.settle.threads = options.threads;
    const auto report = [&](std::string_view part) {
        with.on_progress = [part, on_part = options.on_part](double done) {
            if (on_part) {
                on_part(part, done);
            }
        };
    };
    report("basins");
    BasinStudy study;
    Farm threads;
    Farm& farm = options.farm != nullptr ? *options.farm : threads;
    study.map = basin_map(plane.space, plane.slice, with, farm);
    if (farm.is_shard()) {
        return study;
    }
    if (study.map.complete && options.share_samples > 0) {
        study.shares = basin_shares(system, options.share_samples, options.seed, with.settle);
    }
    if (study.map.complete && plane.starts.cols() > 0) {
        study.data = settled_data(plane, options.settle_samples, options.seed, with.settle);
    }
    if (study.map.complete && system.dimension() <= widest_cycle_search &&
        (still_moving(study.map) || (study.shares && still_moving(study.shares->settled)) ||
         (study.data && still_moving(study.data->settled)))) {
        study.cycles = attracting_cycles(system, options.seed, options.threads, study.map.clock);
        report("cycles");
        label_cycles(study.map, plane.space, study.cycles, with);
        if (study.shares) {
            count_cycles(*study.shares, system, options.seed, study.cycles, with.settle);
        }
    }
    if (study.map.complete && study.map.clock == Clock::Flow &&
        system.dimension() <= widest_cycle_search &&
        (study.map.count(SlowCell) > 0 || still_moving(study.map))) {
        report("heteroclinic cycles");
        const std::vector<AttractingHeteroclinicCycle> rounds =
            attracting_heteroclinic_cycles(system, options.seed, options.threads);
        label_heteroclinic_cycles(study.map, plane.space, rounds, with);
        if (study.shares) {
            count_heteroclinic_cycles(*study.shares, system, options.seed, rounds, with.settle);
        }
    }
    if (study.data) {
        count_classes(*study.data, plane, study.cycles, with.settle);
    }
    study.sharpness = boundary_sharpness(study.map);
    return study;
}

}  // namespace resdyn

#include <resdyn/studies/layer_history.hpp>

#include <algorithm>

#include <resdyn/core/interrupt.hpp>
#include <resdyn/model/residual_system.hpp>

namespace resdyn {

namespace {

const PatternSighting* seen_in(const PatternTrack& track, Index layer) {
    const auto found = std::find_if(track.sightings.begin(), track.sightings.end(),
                                    [layer](const PatternSighting& s) { return s.epoch == layer; });
    return found == track.sightings.end() ? nullptr : &*found;
}

std::vector<EpochSystem> frozen_systems(const ResidualNetwork& network) {
    std::vector<EpochSystem> systems;
    for (Index n = 0; n < network.depth; ++n) {
        systems.push_back({n, frozen_residual_system(network, n)});
    }
    return systems;
}

PatternPersistence persistence(const PatternHistory& history, Index layer) {
    PatternPersistence result{.layer = layer};
    for (const PatternTrack& track : history.tracks) {
        const PatternSighting* here = seen_in(track, layer);
        const PatternSighting* there = seen_in(track, layer + 1);
        result.kept += here != nullptr && there != nullptr ? 1 : 0;
        result.lost += here != nullptr && there == nullptr ? 1 : 0;
        result.born += here == nullptr && there != nullptr ? 1 : 0;
        const bool stable_here = here != nullptr && here->flow.is_stable();
        const bool stable_there = there != nullptr && there->flow.is_stable();
        result.stable_kept += stable_here && stable_there ? 1 : 0;
        result.stable_lost += stable_here && !stable_there ? 1 : 0;
        result.stable_born += !stable_here && stable_there ? 1 : 0;
    }
    return result;
}

}  // namespace

LayerHistory study_layer_history(const ResidualNetwork& network,
                                 const PatternHistoryOptions& options) {
    validate(network);
    require_bounded("equilibria", network.activation);
    PatternHistoryOptions with = options;
    with.name = "layer";
    with.on_progress = [on_progress = options.on_progress](double done) {
        stop_if_interrupted("equilibria");
        if (on_progress) {
            on_progress(done);
        }
    };
    LayerHistory result;
    result.history = pattern_history(frozen_systems(network), with);
    result.two_matrices = network.block(0).A.has_value();
    result.activation = network.activation;
    result.step = network.step;
    result.dimension = network.hidden_width();
    if (result.two_matrices) {
        // A pattern of one layer is not one of another.
        result.history.events.clear();
        return result;
    }
    for (Index n = 0; n + 1 < network.depth; ++n) {
        result.neighbours.push_back(persistence(result.history, n));
    }
    for (const PatternTrack& track : result.history.tracks) {
        const bool everywhere = static_cast<Index>(track.sightings.size()) == network.depth;
        result.everywhere += everywhere ? 1 : 0;
        result.stable_everywhere +=
            everywhere && std::all_of(track.sightings.begin(), track.sightings.end(),
                                      [](const PatternSighting& s) { return s.flow.is_stable(); })
                ? 1
                : 0;
    }
    return result;
}

}  // namespace resdyn

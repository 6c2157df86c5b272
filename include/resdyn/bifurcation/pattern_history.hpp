/// @file
/// The equilibria of a sequence of systems, such as the checkpoints of a training run or the layers
/// of a network, followed by pattern: which are born, which die, which change stability, between
/// which two of them.
///
/// Method: the equilibria of each system on its own; two of them are one if they have the same
/// pattern. N ≤ complete_dimension: the complete atlas of each. Up to stable_dimension: every
/// hyperbolically stable equilibrium by branch and bound, as far as its budget goes. Beyond: the
/// resting places of the same random starts in each.
/// What it can miss: what comes and goes again between two systems; beyond complete_dimension a
/// death is the loss of stability (or, where a search was cut off, of sight).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/equilibria/face.hpp>

namespace resdyn {

/// One system of the sequence under its number.
struct EpochSystem {
    Index epoch = 0;  ///< increasing.
    ResidualSystem system;
};

struct PatternHistoryOptions {
    Index complete_dimension = 8;       ///< 0 … 12.
    Index stable_dimension = 32;        ///< >= complete_dimension.
    std::uint64_t max_nodes = 200'000;  ///< of each branch and bound; 0: no limit.
    Index starts = 256;                 ///< random starts of each system beyond, >= 1.
    std::uint64_t seed = 1;             ///< of these starts.
    int threads = 0;                    ///< 0: all processors; the result does not depend on it.
    std::function<void(double)> on_progress = {};  ///< systems done.
    std::string name = "checkpoint";               ///< what one of the systems is, for `scope`.
};

/// How the equilibria of each system were found.
enum class HistoryMethod {
    Atlas,        ///< all of them, proved complete.
    StableSet,    ///< the hyperbolically stable ones.
    RandomStarts  ///< those that random starts came to rest at.
};
/// "atlas", "stable_set", "random_starts".
std::string_view to_string(HistoryMethod method);

/// One pattern in one system.
struct PatternSighting {
    Index epoch = 0;
    Vector y;
    double residual = -1.0;
    SpectralCounts flow;
    Index outside = 0;  ///< multipliers outside the unit circle, double precision.
};

struct PatternTrack {
    Pattern pattern;
    std::vector<PatternSighting> sightings;  ///< increasing epoch.
};

enum class PatternChange {
    Birth,            ///< absent in the system before, present in this one.
    Death,            ///< present before, absent now.
    StabilityChange,  ///< another unstable dimension of the flow than before.
};
/// "birth", "death", "stability".
std::string_view to_string(PatternChange change);

struct PatternEvent {
    PatternChange change = PatternChange::Birth;
    Pattern pattern;
    Index before = 0;            ///< the epoch before the change, and
    Index after = 0;             ///< the one after it.
    Index unstable_before = -1;  ///< −1 where absent.
    Index unstable_after = -1;
};

struct EpochCounts {
    Index epoch = 0;
    Index equilibria = 0;   ///< isolated, found.
    Index stable = 0;       ///< hyperbolically, in the flow.
    bool complete = false;  ///< of what the method looks for, nothing is missing.
};

struct PatternHistory {
    HistoryMethod method = HistoryMethod::Atlas;
    std::vector<EpochCounts> epochs;
    std::vector<PatternTrack> tracks;  ///< sorted by pattern.
    std::vector<PatternEvent> events;  ///< sorted by epoch, then pattern.
    std::string scope;                 ///< in words: what was looked at, and what was not.
};

/// Systems of one size, bounded activation and step. Throws std::invalid_argument.
PatternHistory pattern_history(const std::vector<EpochSystem>& systems,
                               const PatternHistoryOptions& options = {});

}  // namespace resdyn

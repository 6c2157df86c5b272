/// @file
/// Which inputs are proved to end at the origin, and how long their decision is proved to last: the
/// layers of a logistic network repeated without end, or its flow.
///
/// Method: u_0 = B x_0 + b is enclosed with the rounding of its sum; its orbit is enclosed
/// (orbit_enclosure.hpp) until it lies in the absorbing set of a hyperbolically stable decay
/// direction (decay_cone.hpp), where it stays and whose residuals go to 0. On the way the logits
/// V x_n + c = V x_0 + c + V A q_n are enclosed for every layer: the decision at the network's own
/// depth is proved to last while its lead over every other class is larger than the error bounds,
/// and proved to be gone where another class is ahead by more than them. In the set the evidence
/// V A y has a sign of its own: a decision it favours lasts for ever, and the class it favours over
/// all others is the class of every input there in the end.
///
/// What it speaks of: real arithmetic with the stored weights, from x_0 as stored. What it can
/// miss: orbits that are too sensitive, or not near a direction within the limits; counted, with
/// the reason, and never claimed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/equilibria/decay_cone.hpp>
#include <resdyn/model/residual_network.hpp>

namespace resdyn {

struct DecayProofOptions {
    Clock clock = Clock::Map;
    Index max_steps = 8000;  ///< steps of the enclosure, an input; >= 1.
    /// Steps of all inputs together, >= 0; 0: no limit. Inputs are followed sixteen at a time, and
    /// no more are begun beyond it: some are then not there in the result.
    Index max_total_steps = 0;
    double max_log_time = 300.0;  ///< natural logarithm of the time h n; > 0.
    int threads = 0;              ///< 0: all processors. The result does not depend on it.
    /// Asked between inputs; true leaves the rest untried. May be empty.
    std::function<bool()> stop_requested = {};
};

enum class DecayVerdict {
    EndsAtOrigin,  ///< proved.
    NotFollowed,   ///< the enclosure of its orbit became too wide.
    NotArrived,    ///< still outside every set at the limits.
    NotTried,      ///< stopped before.
};
/// "ends_at_origin", "not_followed", "not_arrived", "not_tried".
std::string_view to_string(DecayVerdict verdict);

/// One input. Layers are doubles: they go beyond 2^53.
struct ProvedEnd {
    DecayVerdict verdict = DecayVerdict::NotTried;
    Index cone = -1;      ///< index in `cones` of where it arrived.
    double time = 0.0;    ///< h n (flow: t) up to which its orbit was enclosed.
    double radius = 0.0;  ///< largest error bound of u there.
    Index steps = 0;      ///< of the enclosure.
    /// Layer map with a read-out: the class at the network's own depth, where it is proved; else
    /// −1.
    int decided = -1;
    double kept_to = 0.0;  ///< proved to be the class at every layer from there to this.
    std::optional<double> changed_by;  ///< the first layer seen where another is proved to lead.
    bool for_ever = false;             ///< proved to be the class at every later layer.
};

struct DecayProofs {
    Clock clock = Clock::Map;
    bool decisions = false;         ///< whether those were followed.
    std::vector<DecayCone> cones;   ///< of the stable directions, where a set was proved.
    std::vector<int> end_class;     ///< by cone: the class in the end, proved; else −1.
    Index without_cone = 0;         ///< stable directions whose set was not found.
    std::vector<ProvedEnd> inputs;  ///< the first ones, as far as the work allowed goes.

    Index count(DecayVerdict verdict) const;
};

/// x0: N×B, one column an input. Of `directions` the stable ones are used. Logistic networks with
/// shared weights only (throws std::invalid_argument). Of 16 units about 0.3 s an input that
/// arrives or is lost, up to 2 s one that does neither.
DecayProofs prove_decay(const ResidualNetwork& network, const Matrix& x0,
                        const std::vector<DecayDirection>& directions,
                        const DecayProofOptions& options = {});

/// About how long one step of an input takes one processor of 2022, in seconds.
double decay_step_seconds(Index units);

/// The counts and what was not proved, in whole sentences.
std::string describe(const DecayProofs& proofs);

}  // namespace resdyn

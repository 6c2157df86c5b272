/// @file
/// One start of recurrent_motion.hpp, followed until its kind of motion is known.
#pragma once

#include <resdyn/recurrence/recurrent_motion.hpp>

namespace resdyn {

/// From u0 (size |F|) in the open face `face`; `continua` of the atlas. Unset: `starts`,
/// `searched`.
MotionFinding motion_from(const ResidualSystem& system, const ConnectionGraph& graph,
                          const std::vector<Continuum>& continua, const Pattern& face,
                          const Vector& u0, const RecurrentMotionOptions& options);

}  // namespace resdyn

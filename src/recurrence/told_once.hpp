/// @file
/// Runs that found the same motion, told once, and the images of limit cycles under y → −y.
#pragma once

#include <vector>

#include <resdyn/recurrence/recurrent_motion.hpp>

namespace resdyn {

/// Every motion of a searched face once, with how many starts did it, in the order of the runs.
std::vector<MotionFinding> told_once(std::vector<MotionFinding> runs);

/// tanh: adds those images of limit cycles that no start came to, each after its original.
void add_mirror_images(std::vector<MotionFinding>& findings);

/// Low and High exchanged.
Pattern mirrored(Pattern pattern);

}  // namespace resdyn

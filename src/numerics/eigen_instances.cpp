// The definitions that eigen_instances.hpp declares. Compiled without the precompiled header, which
// holds the declarations.
#define RESDYN_EIGEN_INSTANCE template
#include "eigen_instances.hpp"

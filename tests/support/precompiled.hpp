// Precompiled for all tests.
#pragma once

#include "prep/precompiled.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>

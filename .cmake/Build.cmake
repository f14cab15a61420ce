if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(FRESHET_SANITIZE "" CACHE STRING "address (with undefined behaviour) or thread; empty for none")
set_property(CACHE FRESHET_SANITIZE PROPERTY STRINGS "" address thread)
if(FRESHET_SANITIZE STREQUAL "address")
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g1)
    add_link_options(-fsanitize=address,undefined)
elseif(FRESHET_SANITIZE STREQUAL "thread")
    add_compile_definitions(BOOST_ASIO_DISABLE_STD_ATOMIC) # reference counts without fences, which TSan does not see
    add_compile_options(-fsanitize=thread -g1)
    add_link_options(-fsanitize=thread)
elseif(FRESHET_SANITIZE)
    message(FATAL_ERROR "FRESHET_SANITIZE is '${FRESHET_SANITIZE}'; it must be address, thread or empty")
endif()

if(FRESHET_SANITIZE)
    # Instrumented, g++ 12 sees faults in Boost and the standard library that are none; Asio's fences are known.
    add_compile_definitions(_GLIBCXX_ASSERTIONS)
    add_compile_options(-Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread -Wno-maybe-uninitialized -Wno-mismatched-new-delete -Wno-tsan)
endif()

find_program(FRESHET_CCACHE ccache)
if(FRESHET_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${FRESHET_CCACHE})
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()

# What every target of ours is compiled with, and what no user of the installed library inherits.
add_library(freshet_warnings INTERFACE)
target_compile_options(freshet_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Werror)

# Script mode: turns SOURCE into OUT.hpp and OUT.cpp (see Embed.cmake).
file(READ ${SOURCE} text)
get_filename_component(name ${SOURCE} NAME)
string(MAKE_C_IDENTIFIER ${name} identifier)
get_filename_component(folder ${OUT} DIRECTORY)
file(MAKE_DIRECTORY ${folder})

# A literal may hold 64 KiB at most by the standard's advice: long texts go in as joined pieces.
set(delimiter "embedded")
set(pieces "")
string(LENGTH "${text}" length)
set(at 0)
while(at LESS length)
    string(SUBSTRING "${text}" ${at} 8000 piece)
    string(APPEND pieces "\n    R\"${delimiter}(${piece})${delimiter}\"")
    math(EXPR at "${at} + 8000")
endwhile()

file(WRITE ${OUT}.hpp "#pragma once\n#include <string_view>\n\nnamespace ${NAMESPACE} {\n/// The text of ${RELATIVE}.\nextern const std::string_view ${identifier};\n}\n")
file(WRITE ${OUT}.cpp "#include \"${RELATIVE}.hpp\"\n\nnamespace ${NAMESPACE} {\nconst std::string_view ${identifier} ={${pieces}};\n}\n")

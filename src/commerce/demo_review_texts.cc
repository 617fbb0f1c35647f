#include "commerce/demo_reviews.h"

namespace tillcast::commerce {
namespace {

using Words = std::string_view;

constexpr Words kBakery1[] = {
    "{Flaw}. Straight into the bin, sorry.",
    "Wrong order in the bag, no {noun} at all.",
    "Paid for the {noun}, then got a call that everything was sold out.",
    "Waited half an hour for the {noun}, and then {flaw}.",
    "I wanted to like the {noun}, but {flaw}. Once is enough.",
};
constexpr Words kBakery2[] = {
    "Sadly {flaw}. I expected better from you.",
    "The {noun} must have been standing around for a while.",
    "{Flaw}, and nobody answered my message about it.",
    "Disappointed. The {noun} used to be so much better.",
    "Too expensive for what you get, and {flaw}.",
};
constexpr Words kBakery3[] = {
    "{Flaw}, otherwise fine.",
    "Decent {noun}, but I had hoped for more at this price.",
    "Nice idea, but {flaw}.",
    "It depends on the day. Last month the {noun} tasted wonderful, this time just fine.",
    "The {noun} looked great, the taste was only average.",
    "{Good}, but {flaw}. Somewhere in the middle for me.",
    "The {noun} will do, but I will try something else next time.",
};
constexpr Words kBakery4[] = {
    "{Good}. One star off because {flaw}.",
    "Very good, although {flaw}.",
    "Really nice {noun}, only a little expensive.",
    "Would buy again. Had the {noun} {use}.",
    "Almost perfect: {good}, but {flaw}.",
    "Lovely {noun}, shame about the queue on Saturdays.",
    "Not the best {noun} of my life, but close.",
    "Good flavour and a fair size. {Good}.",
    "We liked the {noun} a lot, the children even more.",
    "Happy with this one. {Good}.",
    "The {noun} tasted great. I would have liked a slightly larger portion.",
    "Got the {noun} as a gift and was pleasantly surprised.",
    "A little pricey, but the {noun} made up for it.",
    "{Good}. Only the opening hours could be longer.",
    "Second time I ordered the {noun}, and the quality was the same. That counts.",
    "My guests praised the {noun}, I was a bit more critical.",
};
constexpr Words kBakery5[] = {
    "{Good}. Best {noun} in town.",
    "We had the {noun} {use}. Nothing was left over.",
    "I have tried many bakeries, but only here I can say that {good}.",
    "Perfect. {Good}, and the people behind the counter are always kind.",
    "Bought the {noun} on a whim, went back the next day for more.",
    "My children now refuse any other {noun}.",
    "The {noun} disappeared before I could take a photo.",
    "{Good}. Five stars are not enough.",
    "Had the {noun} {use}. Heaven.",
    "The {noun} tasted as if my grandmother were back in the kitchen. I have no higher praise.",
    "You can taste that somebody takes their time here: {good}.",
    "Everyone asked where the {noun} came from.",
    "Still thinking about the {noun} I had last week.",
    "Picked up at seven in the morning and my day was made. {Good}.",
    "Fresh, honest and fairly priced. {Good}.",
    "I cycle twenty minutes for the {noun} and regret nothing.",
    "Came for something else, left with the {noun}. Good decision.",
    "If you only try one thing here, make it the {noun}.",
    "I do not write reviews, but the {noun} left me no choice.",
    "New in the neighbourhood, and the {noun} made me feel at home.",
    "I would walk through the rain for the {noun}, and today I did.",
    "{Good}. You cannot ask for more.",
    "My mother-in-law asked for the {noun} again. She never asks for anything.",
    "Had low expectations and was wrong. {Good}.",
    "I would move to this part of town for the {noun} alone.",
    "There was a small argument at home about the last bit of the {noun}.",
    "Simply lovely: {good}.",
};

constexpr Words kBreadLiked[] = {"Freezes well, too.", "Disappears quickly in our house.",
                                 "The smell alone was worth the walk.",
                                 "This is what bread should smell like."};
constexpr Words kBreadDisliked[] = {"My supermarket does it for half the price.",
                                    "Dry by the next morning.", "I will stick to my old baker."};
constexpr Words kRollsLiked[] = {"Still warm when I got home.", "Best eaten within the hour.",
                                 "Be early, the basket is empty by ten.",
                                 "I always take one more than I need."};
constexpr Words kRollsDisliked[] = {"Stale by noon.", "A bit small for the money.",
                                    "The petrol station does no worse."};
constexpr Words kPastriesLiked[] = {
    "Crumbs everywhere, worth it.", "Go early, the tray is empty by ten.",
    "You can tell that they use real butter.", "Goes very well with their flat white."};
constexpr Words kPastriesDisliked[] = {"Greasy fingers, little joy.",
                                       "The one from the station is no worse.",
                                       "Too sweet on top of that."};
constexpr Words kCakesLiked[] = {"The box kept everything in place.",
                                 "Everybody wanted the recipe.", "A generous portion as well.",
                                 "Tastes home-made in the best way."};
constexpr Words kCakesDisliked[] = {"Far too sweet for us.", "The box was sticky inside.",
                                    "I have had better from a packet."};
constexpr Words kCookiesLiked[] = {"Hide from your colleagues.", "Did not survive the evening.",
                                   "Just right for a small break.", "Not too sweet, for once."};
constexpr Words kCookiesDisliked[] = {"Broken in the bag.", "Too much sugar for me.",
                                      "Dry as dust."};
constexpr Words kDrinksLiked[] = {"Friendly baristas, too.", "Nice that you can sit outside.",
                                  "I will be back for another one.", "A good size for the price."};
constexpr Words kDrinksDisliked[] = {"The queue was long on top of it.",
                                     "Half the size I expected.", "The table was sticky, too."};
constexpr Words kPantryLiked[] = {"A lovely present as well.", "Arrived well packed.",
                                  "The label is pretty enough for the table.",
                                  "Already ordered the next one."};
constexpr Words kPantryDisliked[] = {"The packaging could be better.",
                                     "Not worth the price, I am afraid.",
                                     "I will go back to my usual brand."};

constexpr CategoryWords kBakeryCategories[] = {
    {"Bread", kBreadLiked, kBreadDisliked},
    {"Rolls & Bagels", kRollsLiked, kRollsDisliked},
    {"Pastries", kPastriesLiked, kPastriesDisliked},
    {"Cakes & Tarts", kCakesLiked, kCakesDisliked},
    {"Cookies", kCookiesLiked, kCookiesDisliked},
    {"Drinks", kDrinksLiked, kDrinksDisliked},
    {"Pantry", kPantryLiked, kPantryDisliked},
};

constexpr Words kGadgets1[] = {
    "The {noun} gave up after two weeks. Waiting for a replacement.",
    "Arrived with a scratch and without the manual. {Flaw}, too.",
    "{Flaw}. Returned.",
    "I wanted to like the {noun}, but {flaw}. Money back, please.",
    "The parcel was open and somebody had clearly used the {noun} before me.",
};
constexpr Words kGadgets2[] = {
    "Unfortunately {flaw}. I am sending mine back.",
    "The {noun} did not live up to the description.",
    "{Flaw}. For this money that should not happen.",
    "Had to exchange the {noun} once already, and now {flaw}.",
    "Looks nice in the shop, annoys me every day. The {noun} will be replaced soon.",
};
constexpr Words kGadgets3[] = {
    "Does the job, but {flaw}.",
    "I expected a little more from the {noun} at this price.",
    "{Good}, but {flaw}. Mixed feelings.",
    "Fine for now. {Flaw}.",
    "Average. {Flaw}, and the manual does not help.",
    "Okay for occasional use. I would not buy the {noun} a second time.",
    "Not sure about the {noun} yet. I will update this after a month.",
};
constexpr Words kGadgets4[] = {
    "{Good}. One star off because {flaw}.",
    "Very happy overall, although {flaw}.",
    "Works as promised. I use the {noun} {use}.",
    "Good {noun}, thin manual.",
    "{Good}, but {flaw}.",
    "Solid quality for the price. {Good}.",
    "Nearly everything about the {noun} is right.",
    "Bought the {noun} on sale. At full price I would have thought twice, but no regrets.",
    "Delivery took a week, the {noun} made up for the wait.",
    "A sensible purchase. {Good}.",
    "The {noun} could come in more colours, and that is my only complaint.",
    "Got the {noun} as a gift and was pleasantly surprised.",
    "Four stars for the {noun}, because nothing is perfect.",
    "Does exactly what the description says. {Good}.",
    "I compared several brands and kept the {noun} from here.",
    "A little plain, but I have come to like the {noun}.",
};
constexpr Words kGadgets5[] = {
    "{Good}. Exactly what I was looking for.",
    "I use the {noun} {use}. No complaints at all.",
    "A month in and still happy. {Good}.",
    "Unpacked, tried, convinced. {Good}.",
    "Bought the {noun} after reading far too many tests, and chose well.",
    "{Good}, and the packaging was free of plastic.",
    "My brother tried the {noun} and ordered the same the next day.",
    "Better than models that cost twice as much: {good}.",
    "The {noun} arrived after two days, well packed, and worked at once.",
    "Great workmanship. {Good}.",
    "The {noun} exceeded my expectations, and I had many.",
    "A present for my father, and now he shows the {noun} to every visitor.",
    "Support answered my question within an hour. {Good}.",
    "You notice that somebody thought about the details: {good}.",
    "I was sceptical about the {noun}. I am not any more.",
    "Worth every cent. I use the {noun} {use}.",
    "I should have bought the {noun} a year ago.",
    "Whoever designed the {noun} had people like me in mind.",
    "Replaced an expensive brand with the {noun} and do not look back.",
    "My neighbour saw the {noun} and ordered the same evening.",
    "Small thing, big difference. {Good}.",
    "I recommend the {noun} to everybody who will listen.",
    "In use every day, and not a scratch on the {noun}.",
    "The first purchase in years that made me smile: {good}.",
    "Honest description, fair price. {Good}.",
    "Ordered on Monday, in use on Wednesday. Everything about the {noun} is as described.",
    "Half of my friends have ordered the {noun} by now.",
};

constexpr Words kAudioLiked[] = {"The sound is worth the price.", "Voices are very clear.",
                                 "I hear details that I had never noticed.",
                                 "Even my musician friends approve."};
constexpr Words kAudioDisliked[] = {"The sound does not justify the price.",
                                    "I hear a crackle now and then.",
                                    "My old ones sounded better."};
constexpr Words kDeskLiked[] = {"Looks good on the desk, too.", "My workplace is finally tidy.",
                                "The colour matches the picture.", "No driver, no fuss."};
constexpr Words kDeskDisliked[] = {"Feels cheaper than it looks.", "The finish scratches easily.",
                                   "It went into a drawer after a week."};
constexpr Words kPowerLiked[] = {"Has a fixed place in my bag now.", "Sturdy connectors.",
                                 "Small enough for every trip.", "Well made for the money."};
constexpr Words kPowerDisliked[] = {"Not as sturdy as it looks.", "The finish shows every scratch.",
                                    "The one from the supermarket lasted longer."};
constexpr Words kWearablesLiked[] = {"The app is clear and in plain words.",
                                     "The battery display is honest.", "Waterproof as promised.",
                                     "Setting up took five minutes."};
constexpr Words kWearablesDisliked[] = {"The app keeps losing the connection.",
                                        "The battery drains faster than stated.",
                                        "Setting up was a struggle."};
constexpr Words kCamerasLiked[] = {"Great fun for the whole family.",
                                   "The results surprised even me.", "Easy to learn.",
                                   "Comes along on every trip now."};
constexpr Words kCamerasDisliked[] = {"The manual is only online.",
                                      "The results are not worth the effort.",
                                      "I will look for something simpler."};
constexpr Words kHomeLiked[] = {"Easy to install.", "The whole family likes it.",
                                "Discreet and well made.", "Nothing to configure, it just works."};
constexpr Words kHomeDisliked[] = {"Setting up took three attempts.",
                                   "The finish looks cheap up close.",
                                   "The old one did the same for less."};
constexpr Words kComputingLiked[] = {"Plug in and go.", "Works with my old laptop as well.",
                                     "Small and solid.", "No software needed."};
constexpr Words kComputingDisliked[] = {"My old one did the same.", "Gets warm quickly.",
                                        "The plastic creaks."};

constexpr CategoryWords kGadgetsCategories[] = {
    {"Audio", kAudioLiked, kAudioDisliked},
    {"Desk", kDeskLiked, kDeskDisliked},
    {"Power", kPowerLiked, kPowerDisliked},
    {"Wearables", kWearablesLiked, kWearablesDisliked},
    {"Cameras & Drones", kCamerasLiked, kCamerasDisliked},
    {"Smart Home", kHomeLiked, kHomeDisliked},
    {"Computing", kComputingLiked, kComputingDisliked},
};

constexpr ReviewVoice kBakeryVoice{{kBakery1, kBakery2, kBakery3, kBakery4, kBakery5},
                                   kBakeryCategories};
constexpr ReviewVoice kGadgetsVoice{{kGadgets1, kGadgets2, kGadgets3, kGadgets4, kGadgets5},
                                    kGadgetsCategories};

}  // namespace

const ReviewVoice& bakery_voice() { return kBakeryVoice; }
const ReviewVoice& gadgets_voice() { return kGadgetsVoice; }

}  // namespace tillcast::commerce

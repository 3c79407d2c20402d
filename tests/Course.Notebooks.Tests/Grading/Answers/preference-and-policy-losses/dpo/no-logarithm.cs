// test-dpo: the logarithm of the sigmoid is missing
Tensor Dpo(Tensor policyChosen, Tensor policyRejected, Tensor referenceChosen, Tensor referenceRejected, double beta)
{
    var h = (policyChosen - referenceChosen.detach()) - (policyRejected - referenceRejected.detach());
    return -(beta * h).sigmoid().mean();
}
